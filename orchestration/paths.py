"""Where things are: what a run writes, all beside the warehouse, and the dbt project.

WAREHOUSE_PATH moves everything that a run writes; DBT_PROJECT_DIR (dbt's own variable) points to
another copy of the dbt project, whose seeds lie beside it.
"""

import os
from pathlib import Path

from ingestion.warehouse_file import warehouse_path

PROJECT_FOLDER = Path(__file__).resolve().parents[1]


def data_folder() -> Path:
    """Everything that a run writes: warehouse, Dagster's instance, dbt's artifacts, serving."""
    return warehouse_path().resolve().parent


def serving_folder() -> Path:
    return data_folder() / "serving"


def published_database() -> Path:
    """The file that readers open: always the last audited state, whole."""
    return serving_folder() / "customer_health.duckdb"


def dagster_home() -> Path:
    return data_folder() / "dagster"


def dbt_project_folder() -> Path:
    return Path(os.environ.get("DBT_PROJECT_DIR") or PROJECT_FOLDER / "dbt_project").resolve()


def dbt_target_folder() -> Path:
    """dbt's artifacts: manifest.json as prepared before Dagster loads, one subfolder per step."""
    return data_folder() / "dbt"
