"""What steps work with: the dbt project and its command line, and dlt."""

import sys
from functools import cached_property
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

from dagster_dbt import DbtCliResource, DbtProject
from dagster_dlt import DagsterDltResource
from packaging.version import Version

from orchestration.paths import dbt_project_folder, dbt_target_folder


class DbtSubprocess(DbtCliResource):
    """dbt as a subprocess and nothing of it in Dagster's own process.

    The base class also prepares a dbt adapter in Dagster's process, for fetch_row_counts() and
    fetch_column_metadata(). These leave the warehouse open for writing, so that the next step
    cannot open it: we never call them, and without the adapter nobody can. It also asks
    `dbt --version`, which looks for updates on the network. Both together cost 3 seconds a run.
    """

    @cached_property
    def _cli_version(self) -> Version:
        return Version(installed_version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Any) -> None:
        return None


def dbt_project() -> DbtProject:
    return DbtProject(project_dir=dbt_project_folder(), target_path=dbt_target_folder())


def dbt_executable() -> Path:
    """The dbt of this environment, also where its folder is not on the PATH."""
    return Path(sys.executable).with_name("dbt")


def resources() -> dict[str, Any]:
    return {
        "dbt": DbtSubprocess(project_dir=dbt_project(), dbt_executable=dbt_executable()),
        "dlt": DagsterDltResource(),
    }
