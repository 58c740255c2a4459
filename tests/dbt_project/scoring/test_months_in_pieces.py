"""Months come one after the other: what comes later, and in which order, changes nothing."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.dbt_project.dbt_command import DbtFolder
from tests.dbt_project.scoring.conftest import SCORING
from tests.dbt_project.scoring.generated_inputs import FIRST, LAST
from tests.dbt_project.scoring.mart_rows import MARTS
from tests.dbt_project.scoring.scoring_inputs import scoring_project

pytestmark = pytest.mark.slow

# The last month of the first piece.
UNTIL = "2026-05-01"
# Input -> which of its rows were known when the first piece ended.
KNOWN = {
    "intermediate.int_account_months": f"score_month <= date '{UNTIL}'",
    "intermediate.int_metric_values_monthly": f"score_month <= date '{UNTIL}'",
    "intermediate.int_account_aliases": "true",
    "staging.stg_salesforce__health_overrides": f"created_at < date '{UNTIL}' + interval 1 month",
}


def shuffle_seeds(folder: DbtFolder) -> None:
    for path in (folder.project.parent / "seeds").glob("scorecard*.csv"):
        header, *lines = path.read_text().splitlines()
        random.Random(path.name).shuffle(lines)
        path.write_text("\n".join([header, *lines]) + "\n")


def add_inputs(folder: DbtFolder, scored: DbtFolder, known: bool) -> None:
    """Add the inputs of one of the pieces, in another order than in the scored warehouse."""
    statements = [f"attach '{scored.warehouse}' as scored (read_only)"]
    for table, condition in KNOWN.items():
        schema = table.split(".")[0]
        statements += [
            f"create schema if not exists {schema}",
            f"create table if not exists {table} as from scored.{table} limit 0",
            f"insert into {table} from scored.{table} as rows "
            f"where ({condition}) = {known} order by hash(rows::varchar)",
        ]
    folder.rows("; ".join(statements))


def differences(folder: DbtFolder, scored: DbtFolder, until: str) -> dict[str, list[object]]:
    """Mart -> rows up to a month that only one of the two warehouses has."""
    found = {}
    for mart in MARTS:
        compared = [
            "select columns(c -> c <> 'calculated_at') "
            f"from {catalog}.marts.{mart} where score_month <= date '{until}'"
            for catalog in ("warehouse", "scored")
        ]
        found[mart] = folder.rows(
            f"attach '{scored.warehouse}' as scored (read_only); "
            f"({compared[0]} except all {compared[1]}) union all "
            f"({compared[1]} except all {compared[0]})"
        )
    return {mart: rows[:3] for mart, rows in found.items() if rows}


def test_months_built_in_pieces_from_shuffled_rows_are_the_months_built_at_once(
    scored: DbtFolder, tmp_path: Path
) -> None:
    folder = scoring_project(tmp_path)
    for path in (scored.project.parent / "seeds").glob("*.csv"):
        (tmp_path / "seeds" / path.name).write_bytes(path.read_bytes())
    shuffle_seeds(folder)

    add_inputs(folder, scored, known=True)
    # One statement per month where the other build had one for all.
    folder.build(*SCORING, start=FIRST, end=UNTIL, account_months_per_statement=1)
    # The scored warehouse knew everything that came later.
    assert differences(folder, scored, UNTIL) == {}

    add_inputs(folder, scored, known=False)
    calculated = (
        "select account_id, score_month, calculated_at from marts.fct_health_scores_monthly "
        f"where score_month <= date '{UNTIL}'"
    )
    before = set(folder.rows(calculated))
    folder.build(*SCORING, start=UNTIL, end=LAST)
    assert set(folder.rows(calculated)) == before
    assert differences(folder, scored, LAST) == {}
