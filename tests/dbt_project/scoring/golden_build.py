"""The golden sets through dbt, and what came out of it against what they expect."""

from __future__ import annotations

import math
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from tests.dbt_project.dbt_command import DbtFolder
from tests.dbt_project.scoring.conftest import SCORING
from tests.dbt_project.scoring.golden_files import (
    SCORECARD_FILES,
    GoldenSets,
    Row,
    expected_value,
    month,
    seed_rows,
    truth,
)
from tests.dbt_project.scoring.scorecard_files import write
from tests.dbt_project.scoring.scoring_inputs import (
    give,
    scoring_project,
    start_inputs,
    write_inputs,
)

# What a scorecard says where neither the golden sets nor seeds/ do.
DEFAULTS = {
    "name": "Golden set", "description": "Worked by hand.", "use_case": "retention",
    "method": "weighted", "effective_from": "2020-01-01", "priority": "100", "yellow_from": "50",
    "green_from": "75", "band_margin": "3", "min_coverage": "0.60", "min_groups": "2",
    "change_note": "Worked by hand.", "is_critical": "false", "reason": "Worked by hand.",
}  # fmt: skip
SEGMENTS = {"size_segment": "medium", "lifecycle_stage": "implemented", "region": "emea"}


def write_scorecards(sets: GoldenSets, seeds: Path) -> None:
    """Replace the scorecards; a version without groups of its own has those of seeds/."""
    listed = {(row["scorecard"], row["version"]) for row in sets.rows["scorecard_groups.csv"]}
    versions = {(row["scorecard"], row["version"]) for row in sets.rows["scorecards.csv"]}
    for name in SCORECARD_FILES:
        taken = versions - listed
        shipped = [row for row in seed_rows(name) if (row["scorecard"], row["version"]) in taken]
        given = [row.cells for row in sets.rows[f"{name}.csv"]]
        if name == "scorecards":
            of_version = {(row["scorecard"], row["version"]): row for row in shipped}
            given = [
                of_version.get((cells["scorecard"], cells["version"]), {})
                | {column: cell for column, cell in cells.items() if cell}
                for cells in given
            ]
            shipped = []
        columns = (seeds / f"{name}.csv").read_text().splitlines()[0].split(",")
        write(
            seeds,
            name,
            [
                {column: row.get(column) or DEFAULTS.get(column, "") for column in columns}
                for row in given + shipped
            ],
        )


def account_months(sets: GoldenSets) -> list[tuple[Any, ...]]:
    """Every month with inputs or segments; a vertical per case keeps the cases apart."""
    segments = {row.key: row for row in sets.rows["account_months.csv"]}
    rows = {row.key: row for row in [*sets.rows["inputs.csv"], *segments.values()]}
    return [
        (*key, *((key in segments and segments[key][c]) or SEGMENTS[c] for c in SEGMENTS),
         row["case"])
        for key, row in rows.items()
    ]  # fmt: skip


def build_golden_sets(sets: GoldenSets, folder: Path) -> DbtFolder:
    """All cases in one dbt build."""
    project = scoring_project(folder)
    seeds = folder / "seeds"
    write_scorecards(sets, seeds)
    months = account_months(sets)
    values = [
        (*row.key, row["metric"], row["value_state"], float(row["value"]) if row["value"] else None)
        for row in sets.rows["inputs.csv"]
    ]
    overrides = [
        (row.account_id, datetime.fromisoformat(row["created_at"]), row["band"],
         date.fromisoformat(row["expires_on"]) if row["expires_on"] else None,
         truth(row["is_deleted"] or "false"))
        for row in sets.rows["overrides.csv"]
    ]  # fmt: skip
    with duckdb.connect(str(project.warehouse)) as connection:
        start_inputs(connection)
        give(connection, "given_account_months", months)
        give(connection, "given_values", values)
        give(connection, "given_overrides", overrides)
        write_inputs(connection, seeds)
    first, *_, last = sorted({row[1] for row in months})
    project.build(*SCORING, start=first.isoformat(), end=last.isoformat())
    return project


def found_values(project: DbtFolder) -> dict[tuple[Any, ...], Any]:
    """(account_id, score_month, metric or '', column) -> value, from the public marts."""
    found = {}
    with duckdb.connect(str(project.warehouse), read_only=True) as connection:
        for query in (
            "select '' as metric, * from marts.fct_health_scores_monthly",
            "select metrics.* from marts.fct_health_metrics_monthly as metrics "
            "semi join marts.fct_health_scores_monthly as scores "
            "using (account_id, score_month, scorecard, scorecard_version)",
            "select * from marts.fct_health_drivers_monthly",
        ):
            result = connection.execute(query)
            names = [column[0] for column in result.description]
            for cells in result.fetchall():
                row = dict(zip(names, cells, strict=True))
                bracket = f"{row['bracket']}." if "bracket" in row else ""
                key = (row["account_id"], row["score_month"], row["metric"])
                found |= {(*key, bracket + column): cell for column, cell in row.items()}
    return found


def as_text(value: Any) -> str:
    if value is None:
        return "blank"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def difference(row: Row, found: dict[tuple[Any, ...], Any]) -> str | None:
    """What is said of an expected value that is not what came out; None where it is."""
    value = found.get((*row.key, row["metric"], row["column"]))
    expected = expected_value(row)
    if isinstance(expected, float) and value is not None:
        if math.isclose(value, expected, rel_tol=0, abs_tol=1e-9):
            return None
    elif value == expected:
        return None
    place = f"case {row['case']}, account {row['account']}, {month(row['score_month']):%Y-%m}"
    of_metric = f", metric {row['metric']}" if row["metric"] else ""
    worked = f"; worked by hand: {row['worked']}" if row["worked"] else ""
    return (
        f"{place}{of_metric}: {row['column']} is {as_text(value)}, expected {as_text(expected)}"
        f" ({row.file}, line {row.line}{worked})"
    )
