"""Scorecards that cannot be used end the build, with texts for whoever edited the files."""

from __future__ import annotations

import pytest

from tests.dbt_project.dbt_command import DbtFolder
from tests.dbt_project.scoring.conftest import SCORING
from tests.dbt_project.scoring.generated_inputs import LAST
from tests.dbt_project.scoring.scorecard_files import read, write

pytestmark = pytest.mark.slow

SCORES = "from marts.fct_health_scores_monthly order by account_id, score_month"


def test_wrong_scorecards_end_the_build_before_anything_is_scored(
    copy_of_scored: DbtFolder,
) -> None:
    seeds = copy_of_scored.project.parent / "seeds"
    groups = read(seeds, "scorecard_groups")
    groups[0]["group_weight"] = 20
    write(seeds, "scorecard_groups", groups)
    metrics = read(seeds, "scorecard_metrics")
    metrics[2]["worst_value"] = metrics[2]["best_value"]
    write(seeds, "scorecard_metrics", metrics)
    scores = copy_of_scored.rows(SCORES)

    failed = copy_of_scored.run(*SCORING, start=LAST, end=LAST)

    assert failed.exit_code == 1
    assert "nothing was scored. Problems: 3" in failed.output
    assert (
        "scorecard_groups.csv: the group weights of customer_health version 1 sum to 95, "
        "they must sum to 100"
    ) in failed.output
    assert (
        f"scorecard_metrics.csv: customer_health version 1, metric {metrics[2]['metric']}: "
        "worst_value and best_value must differ"
    ) in failed.output
    assert "SKIP relation intermediate.int_scorings" in failed.output
    assert copy_of_scored.rows(SCORES) == scores


def test_the_hash_of_a_version_sees_every_value_and_no_order(copy_of_scored: DbtFolder) -> None:
    hashes = "select scorecard || scorecard_version, version_hash from marts.dim_scorecards"
    before = dict(copy_of_scored.rows(hashes))
    seeds = copy_of_scored.project.parent / "seeds"
    metrics = read(seeds, "scorecard_metrics")
    metrics[-1]["label"] = "Another name"
    write(seeds, "scorecard_metrics", metrics[::-1])

    copy_of_scored.build(
        "build", "--exclude-resource-type", "test", "unit_test",
        "--select", "resource_type:seed", "+dim_scorecards",
        start=LAST, end=LAST,
    )  # fmt: skip

    after = dict(copy_of_scored.rows(hashes))
    changed = f"{metrics[-1]['scorecard']}{metrics[-1]['version']}"
    assert len(set(before.values())) == len(before) > 200
    assert {name for name in before if after[name] != before[name]} == {changed}
