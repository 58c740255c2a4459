"""What a run does when a vendor is down."""

import pytest

from tests.end_to_end.project import Project, Run, secrets_of

pytestmark = pytest.mark.slow

PENDO_METRICS = """
    metric in (select metric from marts.dim_metrics where sources like '%pendo.%')
"""


def test_a_run_without_pendo_says_so_and_publishes_the_rest(
    without_pendo: tuple[Project, Run],
) -> None:
    project, run = without_pendo
    assert run.exit_code == 0, run.output
    assert "pendo was not loaded, its data stays as it was" in run.output
    assert "Pendo: late, never loaded; its metrics are source_late" in run.output
    assert "Seats in use" in run.output.partition("No account has:")[2]
    assert len(project.versions()) == 1


def test_no_usage_becomes_zero_because_pendo_is_down(without_pendo: tuple[Project, Run]) -> None:
    project, _ = without_pendo
    states = project.read(
        f"""
        select distinct value_state, value
        from marts.fct_health_metrics_monthly
        where {PENDO_METRICS}
        """
    )
    assert ("source_late", None) in states
    assert {state for state, _ in states} <= {"source_late", "not_applicable"}


def test_the_rest_is_scored_or_gated_by_its_coverage(without_pendo: tuple[Project, Run]) -> None:
    project, _ = without_pendo
    rows = project.read(
        """
        select health_score is not null, coverage >= 0.6, unknown_reason
        from marts.fct_health_scores_monthly
        """
    )
    assert rows
    for has_score, is_covered, reason in set(rows):
        assert has_score == (reason is None)
        assert has_score <= is_covered
    observed = project.read(
        "select count(*) from marts.fct_health_metrics_monthly where value_state = 'observed'"
    )
    assert observed[0][0] > 0


def test_no_key_is_left_behind_by_a_run_nor_by_a_vendor_that_fails(
    without_pendo: tuple[Project, Run],
) -> None:
    """Logs, Dagster's records, dbt's artifacts, dlt's state and traces, databases and Parquet."""
    project, run = without_pendo
    keys = secrets_of(project.settings)
    assert len(keys) == 4
    assert len(project.files()) > 100
    assert project.files_that_hold(keys) == []
    assert not any(key in run.output for key in keys)
