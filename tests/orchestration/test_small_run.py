"""The job over a dbt project of six models and a small sandbox, in this process."""

import os
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from ingestion.sandbox import start_sandbox
from orchestration.audit_state import unaudited_builds, unaudited_months
from orchestration.checks import NOTHING_MISSED
from orchestration.clock import as_of_tag
from orchestration.full_reloads import full_reload_tag
from orchestration.partitions import MonthRange, partition_tags
from orchestration.paths import published_database
from orchestration.preparation import prepare
from orchestration.run_plan import plan_months
from orchestration.run_warnings import warned_checks, warning_lines
from orchestration.schedules import JOB

pytestmark = pytest.mark.slow

AS_OF = datetime(2026, 11, 15)
MONTHS = MonthRange(date(2026, 9, 1), date(2026, 11, 1))


@pytest.fixture(scope="module")
def project(
    tmp_path_factory: pytest.TempPathFactory, small_project: Path
) -> Iterator[pytest.MonkeyPatch]:
    """The environment of a project with its own data folder and a sandbox of four accounts."""
    folder = tmp_path_factory.mktemp("small_run")
    with (
        start_sandbox(accounts=4, as_of=AS_OF, months=3) as sandbox,
        pytest.MonkeyPatch.context() as environment,
    ):
        for name, value in sandbox.environment.items():
            environment.setenv(name, value)
        environment.setenv("WAREHOUSE_PATH", str(folder / "warehouse.duckdb"))
        environment.setenv("DBT_PROJECT_DIR", str(small_project))
        environment.setenv("RUNTIME__REQUEST_BACKOFF_FACTOR", "0.01")
        yield environment


@pytest.fixture(autouse=True)
def data(project: pytest.MonkeyPatch) -> Path:
    """All tests of this module share a data folder: each goes on from what the last one left."""
    return Path(os.environ["WAREHOUSE_PATH"]).parent


def run_job(months: MonthRange = MONTHS, full_reload: str = "") -> dg.ExecuteInProcessResult:
    """The job as the code location defines it now."""
    prepare()
    from orchestration.definitions import build_definitions

    job = build_definitions().resolve_job_def(JOB)
    with dg.DagsterInstance.get() as instance:
        return job.execute_in_process(
            instance=instance,
            tags=partition_tags(months) | as_of_tag(AS_OF) | full_reload_tag(full_reload),
            raise_on_error=False,
        )


def published(query: str) -> list[tuple]:
    with duckdb.connect(str(published_database()), read_only=True) as connection:
        return connection.execute(query).fetchall()


def failed_checks(result: dg.ExecuteInProcessResult) -> set[tuple[str, str]]:
    return {
        (evaluation.asset_key.to_user_string(), evaluation.description)
        for evaluation in result.get_asset_check_evaluations()
        if not evaluation.passed
    }


def open_descriptors(name: str) -> list[str]:
    links = []
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            links.append(os.readlink(descriptor))
        except OSError:
            continue
    # The lock beside the warehouse is held for the whole run, on purpose.
    return [link for link in links if name in link and not link.endswith(".lock")]


def test_a_run_publishes_and_leaves_no_descriptor_on_the_warehouse_between_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from orchestration import vendor_assets

    open_at: dict[str, list[str]] = {}

    def look(context: dg.AssetExecutionContext) -> datetime:
        open_at[context.op_execution_context.op.name] = open_descriptors("warehouse.duckdb")
        return AS_OF

    for module in ("vendor_assets", "checks", "dbt_assets", "publishing"):
        monkeypatch.setattr(f"orchestration.{module}.as_of_of_run", look)
    assert vendor_assets.as_of_of_run is look
    result = run_job(full_reload="zendesk")
    assert result.success
    assert {
        (check.asset_key.path[0], check.description)
        for check in result.get_asset_check_evaluations()
        if check.check_name == NOTHING_MISSED
    } == {
        *((vendor, "Not read again so far.") for vendor in ("salesforce", "pendo", "recurly")),
        ("zendesk", f"The full reload of {AS_OF} UTC corrected nothing."),
    }
    assert open_at == {
        step: []
        for step in (
            "load_salesforce",
            "load_pendo",
            "load_zendesk",
            "load_recurly",
            "check_loads",
            "dbt_without_score_month",
            "dbt_with_score_month",
            "publish",
        )
    }
    assert open_descriptors("warehouse.duckdb") == []
    months = published(
        "select distinct score_month from marts.fct_health_scores_monthly order by 1"
    )
    assert months == [(date(2026, 9, 1),), (date(2026, 10, 1),), (date(2026, 11, 1),)]
    assert unaudited_builds() == {}


def test_materializations_tell_their_rows_and_durations(project: pytest.MonkeyPatch) -> None:
    with dg.DagsterInstance.get() as instance:
        key = dg.AssetKey(["reference", "weights"])
        metadata = instance.get_latest_materialization_event(key).asset_materialization.metadata
    assert metadata["dagster/row_count"].value == 2
    assert metadata["Execution Duration"].value > 0


def test_the_next_run_covers_the_last_ended_month_and_the_one_in_progress() -> None:
    assert plan_months(AS_OF) == MonthRange(date(2026, 10, 1), date(2026, 11, 1))
    assert plan_months(datetime(2026, 12, 2)) == MonthRange(date(2026, 11, 1), date(2026, 12, 1))


def test_a_failed_test_stops_the_publication_and_says_what_it_found(small_project: Path) -> None:
    weights = small_project.parent / "seeds" / "weights.csv"
    before, version = weights.read_text(), published("select max(version) from audit.publications")
    weights.write_text(before.replace("60", "55"))
    try:
        result = run_job()
    finally:
        weights.write_text(before)
    assert not result.success
    failure = result.get_step_failure_events()[0].step_failure_data.user_failure_data.description
    wrong = "The group weights of customer_health version 1 sum to 95, not to 100."
    assert wrong in failure
    assert wrong in {description for _, description in failed_checks(result)}
    assert published("select max(version) from audit.publications") == version
    assert "dbt_without_score_month" in unaudited_builds()


def test_what_did_not_pass_is_not_published_by_hand_either() -> None:
    from orchestration.definitions import build_definitions

    version = published("select max(version) from audit.publications")
    publish = build_definitions().resolve_assets_def("publish")
    with dg.DagsterInstance.get() as instance:
        result = dg.materialize(
            [publish],
            instance=instance,
            tags=as_of_tag(AS_OF),
            raise_on_error=False,
            selection=[publish],
        )
    failure = result.get_step_failure_events()[0].step_failure_data.user_failure_data.description
    assert "did not pass its tests" in failure
    assert published("select max(version) from audit.publications") == version


def test_a_vendor_that_is_down_is_named_and_the_run_goes_on(project: pytest.MonkeyPatch) -> None:
    later = datetime(2026, 11, 16)
    project.setattr("tests.orchestration.test_small_run.AS_OF", later)
    with start_sandbox(accounts=4, as_of=later, months=3, down=("pendo",)) as sandbox:
        for name, value in sandbox.environment.items():
            project.setenv(name, value)
        result = run_job(MonthRange(date(2026, 10, 1), date(2026, 11, 1)))
    assert result.success
    late = failed_checks(result)
    assert {key.split("/")[0] for key, _ in late} == {"pendo"}
    assert {reason for _, reason in late} == {
        "Complete through 2026-11-15 00:00:00 UTC only; this run is for 2026-11-16 00:00:00 UTC."
    }
    assert published("select max(as_of) from audit.publications") == [(later,)]


def test_a_vendor_that_is_not_configured_is_a_warning(project: pytest.MonkeyPatch) -> None:
    project.setattr("tests.orchestration.test_small_run.AS_OF", datetime(2026, 11, 17))
    for name in [name for name in os.environ if name.startswith("SOURCES__")]:
        project.delenv(name)
    result = run_job(MonthRange(date(2026, 11, 1), date(2026, 11, 1)))
    assert result.success
    warnings = [check for check in result.get_asset_check_evaluations() if not check.passed]
    assert {check.severity for check in warnings} == {dg.AssetCheckSeverity.WARN}
    (line,) = warning_lines(warned_checks(result))
    assert line.startswith(
        "load_completed: The vendor is not configured: its metrics are unmapped. (pendo/accounts, "
    )
    assert unaudited_months() is None
