"""Runs killed at random moments, each followed by a plain run: is everything as without the kill?

    python -m tests.end_to_end.kill_at_random --kills 30

Every time a project that has published once is brought a month on. Of the killed run either the
process alone dies, as by an out-of-memory killer, or all of its children too, as by a power cut. A
reader opens the published database again and again meanwhile. Prints one line per kill; ends with 1
if a warehouse or a publication differs from that of a run that nobody killed.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ingestion.sandbox import start_sandbox
from tests.end_to_end.database_contents import contents, differing
from tests.end_to_end.project import Project, Reader

FIRST, LATER = datetime(2026, 11, 15), datetime(2026, 12, 15)
MONTHS = {"FIRST_SCORE_MONTH": "2026-08"}
COLUMNS = [
    *("kill", "after s", "what died", "it was at", "run after s", "warehouse", "publication"),
    *("reads", "versions seen", "reader's errors"),
]


@dataclass(frozen=True)
class Killed:
    seconds: float
    at: str


def kill(project: Project, after: float, with_children: bool) -> Killed:
    """Start a run and kill it after so many seconds; where its output was."""
    process = subprocess.Popen(
        [sys.executable, "-m", "orchestration", "run"],
        env=project.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    lines: list[str] = ["starting"]
    follower = threading.Thread(target=lambda: lines.extend(process.stdout), daemon=True)
    follower.start()
    started = time.monotonic()
    while time.monotonic() - started < after and process.poll() is None:
        time.sleep(0.01)
    if with_children:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
    seconds = time.monotonic() - started
    follower.join(timeout=1)
    return Killed(seconds, " ".join(lines[-1].split())[:50])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--accounts", type=int, default=25)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    dice = random.Random(chosen.seed)
    failures = 0
    with (
        tempfile.TemporaryDirectory() as place,
        start_sandbox(chosen.accounts, as_of=LATER) as later,
    ):
        folder = Path(place)
        with start_sandbox(chosen.accounts, as_of=FIRST) as sandbox:
            start = Project(folder / "start", MONTHS | sandbox.environment)
            assert start.run(AS_OF=FIRST.isoformat()).exit_code == 0
        settings = MONTHS | later.environment | {"AS_OF": LATER.isoformat()}
        undisturbed = copied(start, folder / "undisturbed", settings)
        run = undisturbed.run()
        assert run.exit_code == 0, run.output
        warehouse = contents(undisturbed.data / "warehouse.duckdb")
        published = contents(undisturbed.published)
        print(f"Undisturbed: {run.seconds:.0f} s, {len(warehouse)} tables.\n")
        show(COLUMNS)
        show(["---"] * len(COLUMNS))
        for number in range(1, chosen.kills + 1):
            project = copied(start, folder / "killed", settings)
            reader = Reader(project.published)
            with_children = dice.random() < 0.5
            killed = kill(project, dice.uniform(0, run.seconds), with_children)
            again = project.run()
            seen, errors = reader.end()
            wrong = (
                differing(warehouse, contents(project.data / "warehouse.duckdb")),
                differing(published, contents(project.published)),
            )
            is_torn = any(len(states) > 1 for states in seen.get("states", {}).values())
            is_bad = any(wrong) or errors or is_torn or again.exit_code
            failures += bool(is_bad)
            cells = [
                number,
                f"{killed.seconds:.1f}",
                "all" if with_children else "the process",
                killed.at,
                f"{again.seconds:.0f}",
                *("; ".join(tables) or "equal" for tables in wrong),
                seen.get("reads"),
                len(seen.get("states", {})),
                " ".join(errors.split())[-100:] or "none",
            ]
            show(cells)
            if again.exit_code:
                print(again.output, file=sys.stderr)
            shutil.rmtree(project.data)
    print(f"\n{chosen.kills - failures} of {chosen.kills} as if nothing had happened.")
    return int(failures > 0)


def show(cells: Sequence[object]) -> None:
    print("|", " | ".join(map(str, cells)), "|", flush=True)


def copied(project: Project, folder: Path, settings: dict[str, str]) -> Project:
    """A project that goes on from where another one is."""
    shutil.copytree(project.data, folder, symlinks=True)
    # The published database is a second name of its version's file; a copy of both is as good.
    return Project(folder, settings)


if __name__ == "__main__":
    sys.exit(main())
