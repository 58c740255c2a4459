"""Past months scored again under another version, beside the official series."""

from __future__ import annotations

from datetime import date

import pytest

from tests.dbt_project.dbt_command import DbtFolder
from tests.dbt_project.scoring.conftest import SCORING
from tests.dbt_project.scoring.generated_inputs import LAST
from tests.dbt_project.scoring.mart_rows import MARTS
from tests.dbt_project.scoring.scored_inputs import ScoredInputs
from tests.scoring_reference import change_between, latched_bands, score_account_month

pytestmark = pytest.mark.slow

# customer_health version 2 is official from April 2026 on, and for other accounts never.
RESCORED = ("customer_health", "2")
FROM = "2025-12-01"


@pytest.fixture(scope="module")
def rescored(scored: DbtFolder, tmp_path_factory: pytest.TempPathFactory) -> DbtFolder:
    """Version 2 scored over the months from December 2025 on; the newest then built plainly."""
    folder = scored.copy(tmp_path_factory.mktemp("rescored"))
    request = {"scorecard": RESCORED[0], "version": RESCORED[1], "from_month": FROM}
    folder.build(*SCORING, start=FROM, end=LAST, rescore=[request])
    folder.build(*SCORING, start=LAST, end=LAST)
    return folder


def test_the_official_series_stays_as_it_was(scored: DbtFolder, rescored: DbtFolder) -> None:
    for mart in MARTS:
        is_official = "is_official" in [row[0] for row in scored.rows(f"describe marts.{mart}")]
        official = f"marts.{mart} {'where is_official' if is_official else ''}"
        differences = rescored.rows(
            f"attach '{scored.warehouse}' as scored (read_only); "
            f"(from warehouse.{official} except all from scored.{official}) union all "
            f"(from scored.{official} except all from warehouse.{official})"
        )
        assert differences == [], mart


def test_rescored_months_are_a_series_of_their_own_under_one_version(
    rescored: DbtFolder, inputs: ScoredInputs
) -> None:
    version, values = inputs.rules[RESCORED], inputs.values
    columns = [
        "is_official", "health_score", "raw_score", "coverage", "calculated_band", "override_band",
        "previous_month_score", "score_change", "change_behaviour", "change_coverage",
        "change_configuration", "change_caps", "sequence_number",
    ]  # fmt: skip
    rows = rescored.rows(
        f"select account_id, score_month, {', '.join(columns)} "
        "from marts.fct_scorecard_results_monthly "
        f"where scorecard = '{RESCORED[0]}' and scorecard_version = '{RESCORED[1]}' "
        "order by account_id, score_month"
    )
    found = {(row[0], row[1]): dict(zip(columns, row[2:], strict=True)) for row in rows}
    assert found.keys() == {key for key in values if key[1] >= date.fromisoformat(FROM)}
    assert {row["is_official"] for row in found.values()} == {True, False}

    seen = set()
    for account in {account for account, _ in found}:
        months = [month for other, month in found if other == account]
        scores = [score_account_month(values[account, month], version) for month in months]
        bands = latched_bands((score.health_score, version) for score in scores)
        for number, (month, score, band) in enumerate(zip(months, scores, bands, strict=True), 1):
            row = found[account, month]
            if row["is_official"]:
                continue  # compares with the official month before; tested with the official series
            before = (account, before_month(month))
            change = (
                change_between(values[before], version, values[account, month], version)
                if before in found
                else None
            )
            totals = change.totals() if change else dict.fromkeys(columns[8:12])
            expected = {
                "health_score": score.health_score,
                "raw_score": score.raw_score,
                "coverage": score.coverage,
                "calculated_band": band,
                "override_band": None,
                "sequence_number": number,
                **totals,
            }
            for column, value in expected.items():
                assert row[column] == (
                    pytest.approx(value, abs=1e-9) if isinstance(value, float) else value
                ), (account, month, column)
            seen |= {band, change is None}
    assert seen == {"green", "yellow", "red", "unknown", True, False}


def before_month(month: date) -> date:
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)
