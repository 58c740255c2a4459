"""A version that closed months used never changes; everything else may."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.dbt_project.dbt_command import REPOSITORY, DbtFolder
from tests.dbt_project.scoring.generated_inputs import LAST
from tests.dbt_project.scoring.scorecard_files import read, write

pytestmark = pytest.mark.slow

FILES = ["scorecards", "scorecard_groups", "scorecard_metrics", "scorecard_caps"]
CONFIGURATION = [
    "build", "--exclude-resource-type", "unit_test", "--select", "resource_type:seed",
    "path:models/intermediate/scoring/configuration", "--exclude", "test_type:generic",
]  # fmt: skip
# The months are closed to September: with AS_OF in November, October is in the lookback.
CLOSED_MONTH, OPEN_MONTH = "2026-09-01", "2026-10-01"


def add_version(seeds: Path, version: str, effective_from: str) -> None:
    """A version of customer_health that says what version 2 says."""
    for name in FILES:
        rows = read(seeds, name)
        second = [r for r in rows if (r["scorecard"], r["version"]) == ("customer_health", "2")]
        for row in second:
            changes: dict[str, Any] = {"version": version}
            if name == "scorecards":
                changes["effective_from"] = effective_from
            rows.append({**row, **changes})
        write(seeds, name, rows)


def change_used_versions(seeds: Path) -> None:
    """Change a cell, add a row, remove one, and remove a whole version."""
    caps = read(seeds, "scorecard_caps")
    caps[1]["max_health_score"] = 39
    write(seeds, "scorecard_caps", [cap for cap in caps if cap["scorecard"] != "expansion"])
    # The whole catalogue, for a metric that no version lists.
    shutil.copy(REPOSITORY / "seeds" / "metrics.csv", seeds)
    for name in FILES[:3]:
        rows = [row for row in read(seeds, name) if row["scorecard"] != "habits"]
        if name == "scorecard_metrics":
            row = {**rows[0], "metric": "value_actions_change", "metric_weight": 0}
            rows.append({**row, "worst_value": -0.5, "best_value": 0.25})
        write(seeds, name, rows)


def test_changed_rows_of_used_versions_stop_the_build_and_are_named(
    copy_of_scored: DbtFolder,
) -> None:
    seeds = copy_of_scored.project.parent / "seeds"
    change_used_versions(seeds)
    add_version(seeds, "3", CLOSED_MONTH)

    failed = copy_of_scored.run(*CONFIGURATION, start=LAST, end=LAST)

    assert failed.exit_code == 1
    assert "nothing was scored. Problems: 5" in failed.output
    for words in (
        "customer_health version 2 was in effect in closed months (2026-04 to 2026-09) and cannot "
        "change any more. Undo this; a change is a new version, with effective_from 2026-10-01 or "
        "later:\n          scorecard_caps.csv, metric days_past_due below 40: max_health_score was "
        "49, is now 39\n",
        "scorecard_metrics.csv, metric value_actions_change: the row is new (is_critical false, "
        "metric_weight 0, worst_value -0.5, best_value 0.25)",
        "scorecard_caps.csv, metric seat_utilisation_rate below 50: the row is gone (reason Text, "
        "max_health_score 70)",
        "habits version 1 was in effect in closed months (2025-11 to 2026-09) and",
        "all its rows are gone",
        "scorecards.csv: customer_health version 3: effective_from is 2026-09-01, it must be "
        "2026-10-01 or later: months up to 2026-09 are closed",
    ):
        assert words in failed.output, words
    assert "SKIP relation intermediate.int_scorecard_metrics" in failed.output

    copy_of_scored.build(*CONFIGURATION, start=LAST, end=LAST, check_used_versions=False)


def test_a_version_that_no_closed_month_used_may_still_be_edited_but_not_reach_into_one(
    copy_of_scored: DbtFolder,
) -> None:
    seeds = copy_of_scored.project.parent / "seeds"
    add_version(seeds, "3", OPEN_MONTH)
    copy_of_scored.build(*CONFIGURATION, start=CLOSED_MONTH, end=LAST)
    used = "select distinct score_month::varchar from intermediate.int_scored_versions "
    third = "where scorecard = 'customer_health' and scorecard_version = '3' order by 1"
    assert copy_of_scored.rows(used + third) == [(OPEN_MONTH,), (LAST,)]
    metrics = read(seeds, "scorecard_metrics")
    metrics[-1]["label"] = "Another name"
    write(seeds, "scorecard_metrics", metrics)
    scorecards = read(seeds, "scorecards")
    scorecards[-1]["effective_from"] = CLOSED_MONTH
    write(seeds, "scorecards", scorecards)

    failed = copy_of_scored.run(*CONFIGURATION, start=LAST, end=LAST)

    assert "nothing was scored. Problems: 1" in failed.output
    assert "customer_health version 3: effective_from is 2026-09-01" in failed.output


def test_months_whose_tests_failed_freeze_no_version(copy_of_scored: DbtFolder) -> None:
    """As after a first run that failed: its scorecards may be mended."""
    copy_of_scored.rows("drop table intermediate.int_scored_versions")
    change_used_versions(copy_of_scored.project.parent / "seeds")
    (copy_of_scored.project / "tests" / "no_month_is_right.sql").write_text(
        "select * from {{ ref('fct_health_scores_monthly') }}"
    )

    selection = [*CONFIGURATION[:-2], "no_month_is_right", *CONFIGURATION[-2:]]
    failed = copy_of_scored.run(*selection, start=LAST, end=LAST)

    assert re.search("FAIL [0-9]+ no_month_is_right", failed.output)
    assert "SKIP relation intermediate.int_scored_versions" in failed.output
    assert "scorecards cannot be used" not in failed.output
