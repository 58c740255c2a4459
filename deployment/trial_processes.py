"""The services of compose.yaml as processes of this machine: their commands, variables and health
checks are read from there, with free ports in place of the containers' own."""

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parents[1]
COMPOSE = PROJECT / "deployment" / "compose.yaml"
# Of a container, and of no use outside: where it is told to write, and by which names it is found.
CONTAINER_PORTS = {"5432": "POSTGRES_PORT", "4000": "CODE_LOCATION_PORT", "3000": "WEBSERVER_PORT"}
HOSTS = {"postgres": "127.0.0.1", "code-location": "127.0.0.1", "0.0.0.0": "127.0.0.1"}


class Service:
    """One service of compose.yaml, started, killed and asked for its health."""

    def __init__(self, name: str, folder: Path, settings: Mapping[str, str]) -> None:
        self.name = name
        self.settings = settings
        self.log = folder / f"{name}.log"
        self.definition = yaml.safe_load(COMPOSE.read_text())["services"][name]
        self.process: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        own = {k: self.translate(str(v)) for k, v in self.definition["environment"].items()}
        ours = {k: v for k, v in os.environ.items() if not k.startswith(("SOURCES__", "DAGSTER_"))}
        path = f"{Path(sys.executable).parent}{os.pathsep}{ours['PATH']}"
        return ours | own | dict(self.settings) | {"PATH": path}

    def translate(self, text: str) -> str:
        """A value of compose.yaml with its variables, and this machine's ports and names."""
        text = re.sub(
            r"\$\{(\w+)(?::[-?]([^}]*))?\}", lambda m: self.settings.get(m[1], m[2] or ""), text
        )
        for port, variable in CONTAINER_PORTS.items():
            text = re.sub(rf"\b{port}\b", self.settings[variable], text)
        return HOSTS.get(text, text.replace("0.0.0.0", HOSTS["0.0.0.0"]))

    def start(self) -> "Service":
        command = [self.translate(part) for part in self.definition["command"]]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=PROJECT,
                env=self.environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self

    def is_healthy(self) -> bool:
        _, *check = self.definition["healthcheck"]["test"]
        command = [self.translate(part) for part in check]
        ended = subprocess.run(
            command, cwd=PROJECT, env=self.environment(), capture_output=True, timeout=60
        )
        return ended.returncode == 0

    def kill(self) -> None:
        """As a container is killed: everything in it at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self, patience: float) -> float:
        """As a container is stopped: its first process is told; returns how long that took."""
        started = time.monotonic()
        self.process.terminate()
        self.process.wait(timeout=patience)
        return time.monotonic() - started


def wait_until(what: str, holds: Callable[[], Any], patience: float, pause: float = 1.0) -> Any:
    """What `holds` returns as soon as that is true.

    Raises:
        TimeoutError: it did not become true.
    """
    deadline = time.monotonic() + patience
    while not (result := holds()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {patience:.0f} s in vain: {what}")
        time.sleep(pause)
    return result


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def postgres_programs() -> Path | None:
    """The folder of initdb and postgres: on the PATH, or where Debian puts them."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name)
    return folders[-1] if folders else None


@contextmanager
def postgres(folder: Path, settings: Mapping[str, str]) -> Iterator[None]:
    """A PostgreSQL of its own in a new folder, as the image of compose.yaml sets one up."""
    programs = postgres_programs()
    if not programs:
        sys.exit("PostgreSQL's programs are not here. On Debian: apt-get install postgresql")
    # It refuses to run as root.
    become = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    folder.mkdir()
    if become:
        shutil.chown(folder, "postgres", "postgres")
    data, password = folder / "data", folder / "password"
    password.write_text(settings["POSTGRES_PASSWORD"])
    password.chmod(0o644)

    def run(program: str, *arguments: str) -> None:
        command = [*become, str(programs / program), *arguments]
        ended = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, env=password_of(settings)
        )
        if ended.returncode:
            sys.exit(f"{shlex.join(command)}:\n{ended.stdout}{ended.stderr}")

    user = settings["POSTGRES_USER"]
    run("initdb", "-D", str(data), "-U", user, f"--pwfile={password}", "-A", "scram-sha-256")
    options = f"-p {settings['POSTGRES_PORT']} -c listen_addresses=127.0.0.1 -k {folder}"
    run("pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        run("createdb", "-h", "127.0.0.1", "-p", settings["POSTGRES_PORT"], "-U", user, "dagster")
        yield
    finally:
        run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")


def password_of(settings: Mapping[str, str]) -> dict[str, str]:
    return os.environ | {"PGPASSWORD": settings["POSTGRES_PASSWORD"]}
