"""What must be in place before Dagster loads the graph: environment, instance, dbt's manifest."""

import hashlib
import json
import os
import subprocess
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ingestion.warehouse_file import warehouse_path
from orchestration.paths import (
    PROJECT_FOLDER,
    dagster_home,
    data_folder,
    dbt_project_folder,
    dbt_target_folder,
)
from orchestration.resources import dbt_executable

# Made by dbt or by editors: they change without the project changing.
IGNORED = {"target", "logs", "dbt_packages", "__pycache__", ".user.yml"}


class PreparationFailed(Exception):
    """dbt cannot read the project; the message holds what dbt says about it."""


def set_environment() -> None:
    """Paths for the processes that we start, and no telemetry from any of them."""
    os.environ |= {
        "WAREHOUSE_PATH": str(warehouse_path().resolve()),
        "DAGSTER_HOME": str(dagster_home()),
        "DBT_PROJECT_DIR": str(dbt_project_folder()),
        "DBT_TARGET_PATH": str(dbt_target_folder()),
        "DO_NOT_TRACK": "1",
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        # Every statement lies in dbt's target folder; to log them too takes time from every build.
        "DBT_LOG_LEVEL_FILE": "info",
    }
    # Without cached bytecode every process that a run starts takes twice as long to begin.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def prepare_instance() -> None:
    """DAGSTER_HOME with the settings of the repository, and the file of settings that
    MORE_DAGSTER_SETTINGS adds: a server keeps its runs elsewhere and shares all the rest."""
    settings = (PROJECT_FOLDER / "orchestration" / "dagster.yaml").read_text()
    if more := os.environ.get("MORE_DAGSTER_SETTINGS"):
        settings += "\n" + Path(more).read_text()
    dagster_home().mkdir(parents=True, exist_ok=True)
    (dagster_home() / "dagster.yaml").write_text(settings)


def prepare_manifest(variables: Mapping[str, Any] | None = None) -> bool:
    """Let dbt parse the project where it changed since the last time; returns whether it did.

    Args:
        variables: of the build that comes next, if that is known: what dbt remembers of a parsed
            project holds for the same variables only, and the build need not parse again.

    Raises:
        PreparationFailed: with dbt's words.
    """
    target = dbt_target_folder()
    target.mkdir(parents=True, exist_ok=True)
    stamp, fingerprint = target / "manifest.fingerprint", project_fingerprint()
    if (target / "manifest.json").exists() and stamp.exists() and stamp.read_text() == fingerprint:
        return False
    stamp.unlink(missing_ok=True)
    parse = subprocess.run(
        [
            *(dbt_executable(), "--quiet", "parse", "--no-use-colors"),
            *("--vars", json.dumps(variables or {})),
        ],
        cwd=dbt_project_folder(),
        env=os.environ | {"DBT_LOG_PATH": str(target)},
        capture_output=True,
        text=True,
    )
    if parse.returncode:
        raise PreparationFailed(
            f"dbt cannot read {dbt_project_folder()}:\n{(parse.stdout + parse.stderr).strip()}"
        )
    stamp.write_text(fingerprint)
    return True


def project_fingerprint() -> str:
    """Changes whenever anything does that dbt reads: the project, the seeds, dbt itself."""
    project = dbt_project_folder()
    digest = hashlib.sha256(f"{project} {version('dbt-core')} {data_folder()}".encode())
    for folder in (project, project.parent / "seeds"):
        for path in sorted(folder.rglob("*")):
            parts = path.relative_to(folder).parts
            if path.is_file() and not IGNORED.intersection(parts):
                digest.update(f"{folder.name}/{'/'.join(parts)}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def prepare() -> None:
    set_environment()
    prepare_instance()
    prepare_manifest()


def log_folder() -> Path:
    folder = data_folder() / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
