"""Hundreds of random scorecards with their accounts, for one dbt build.

SCORE_TEST_FAMILIES sets how many families are drawn (100 without it), SCORE_TEST_SEED another batch
than the usual one: SCORE_TEST_FAMILIES=1000 SCORE_TEST_SEED=7 make test.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.assignment_reference import CONDITIONS, ScorecardVersion
from tests.dbt_project.scoring.random_accounts import Family, families
from tests.dbt_project.scoring.scorecard_files import read, write
from tests.dbt_project.scoring.scoring_inputs import give


def draw_families() -> list[Family]:
    """The same ones every time, unless a seed says otherwise."""
    drawn: list[Family] = []

    # Only generated: what fails in the SQL cannot be made smaller at a dbt build per attempt.
    @settings(
        max_examples=int(os.environ.get("SCORE_TEST_FAMILIES", "100")),
        database=None,
        deadline=None,
        derandomize="SCORE_TEST_SEED" not in os.environ,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(families())
    def collect(family: Family) -> None:
        drawn.append(family)

    if "SCORE_TEST_SEED" in os.environ:
        collect = seed(int(os.environ["SCORE_TEST_SEED"]))(collect)
    collect()
    return drawn


def name_of(number: int) -> str:
    return f"family_{number:04}"


def named_versions(drawn: list[Family]) -> list[ScorecardVersion]:
    """All versions, each family's under its own name and for its own vertical alone."""
    return [
        replace(
            version,
            scorecard=f"{name_of(number)}_{version.scorecard}",
            conditions=version.conditions | {"vertical": name_of(number)},
        )
        for number, family in enumerate(drawn)
        for version in family.versions
    ]


def add_families(connection: duckdb.DuckDBPyConnection, seeds: Path, drawn: list[Family]) -> None:
    """Add the families' scorecards to the seeds, and what was measured to the given tables."""
    rows = [row for version in named_versions(drawn) for row in seed_rows_of(version)]
    for name in ("scorecards", "scorecard_groups", "scorecard_metrics", "scorecard_caps"):
        added = [row for seed_name, row in rows if seed_name == name]
        write(seeds, name, read(seeds, name) + added)
    months: list[tuple[Any, ...]] = []
    values: list[tuple[Any, ...]] = []
    overrides: list[tuple[Any, ...]] = []
    for number, family in enumerate(drawn):
        for place, account in enumerate(family.accounts):
            account_id = f"{name_of(number)}_{'abcd'[place]}"
            for month, known in account.items():
                months.append((account_id, month, *known.segments.values(), name_of(number)))
                values += [(account_id, month, m, *known.values[m]) for m in known.values]
            overrides += [
                (account_id, given.created_at, given.band, given.expires_on, given.is_deleted)
                for given in family.overrides[place]
            ]
    give(connection, "given_account_months", months)
    give(connection, "given_values", values)
    give(connection, "given_overrides", overrides)


def seed_rows_of(version: ScorecardVersion) -> list[tuple[str, dict[str, Any]]]:
    """(seed, row) of everything that a version is made of."""
    rules = version.rules
    key = {"scorecard": version.scorecard, "version": version.version}
    shape = {
        **key, "name": version.scorecard, "description": "Random.",
        "use_case": version.use_case, "method": rules.method,
        "effective_from": version.effective_from, "effective_to": version.effective_to,
        "priority": version.priority,
        **{name: version.conditions.get(name) for name in CONDITIONS},
        "yellow_from": rules.yellow_from, "green_from": rules.green_from,
        "band_margin": rules.band_margin, "min_coverage": rules.min_coverage,
        "min_groups": rules.min_groups, "change_note": "Random.",
    }  # fmt: skip
    rows: list[tuple[str, dict[str, Any]]] = [("scorecards", shape)]
    rows += [
        ("scorecard_groups", {**key, "metric_group": group, "group_weight": weight})
        for group, weight in rules.group_weights.items()
    ]
    rows += [
        ("scorecard_metrics", {
            **key, "metric": m.metric, "label": None, "metric_weight": m.metric_weight,
            "worst_value": m.worst_value, "best_value": m.best_value,
            "target_value": m.target_value, "is_critical": str(m.is_critical).lower(),
        })
        for m in rules.metrics.values()
    ]  # fmt: skip
    return rows + [
        ("scorecard_caps", {
            **key, "metric": cap.metric, "below_score": cap.below_score,
            "max_health_score": cap.max_health_score, "reason": "Random",
        })
        for cap in rules.caps
    ]  # fmt: skip
