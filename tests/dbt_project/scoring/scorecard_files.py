"""More scorecards than ship, to try versions, conditions and use cases together."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any


def read(seeds: Path, name: str) -> list[dict[str, Any]]:
    with (seeds / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def write(seeds: Path, name: str, rows: list[dict[str, Any]]) -> None:
    with (seeds / f"{name}.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


# Of the accounts without a family (random_batch.py) alone.
PLAIN = {"vertical": "unknown"}


def is_first_version(row: dict[str, Any]) -> bool:
    return (row["scorecard"], row["version"]) == ("customer_health", "1")


def add_scorecards(seeds: Path) -> None:
    """Leave only customer_health version 1, from November 2025; add a version 2 and four others.

    The catalogue keeps the metrics of that version: two thirds of the rows.
    """
    for name in ("scorecards", "scorecard_groups", "scorecard_metrics"):
        write(seeds, name, [row for row in read(seeds, name) if is_first_version(row)])
    listed = {row["metric"] for row in read(seeds, "scorecard_metrics")}
    write(seeds, "metrics", [row for row in read(seeds, "metrics") if row["metric"] in listed])
    [first] = read(seeds, "scorecards")
    first["effective_from"] = "2025-11-01"
    add = [
        {"version": "2", "effective_from": "2026-04-01", "yellow_from": 30, "green_from": 50},
        {"scorecard": "onboarding", "lifecycle_stage": "deployment", "effective_to": "2026-07-01"},
        {"scorecard": "small_accounts", "size_segment": "small", "min_groups": 1, "priority": 1},
        {"scorecard": "expansion", "use_case": "expansion", "min_groups": 1, **PLAIN},
        {"scorecard": "habits", "use_case": "adoption", "method": "rating", **PLAIN},
    ]
    groups = {
        ("customer_health", "2"): {"adoption": 33.3, "usage": 33.3, "payment": 33.4},
        ("onboarding", "1"): {"usage": 60, "engagement": 40, "relationship": 0},
        ("small_accounts", "1"): {"usage": 70, "sentiment": 30},
        ("expansion", "1"): {"usage": 70, "adoption": 30},
        ("habits", "1"): {"usage": 50, "adoption": 50},
    }
    caps = [
        ("customer_health", "1", "csm_sentiment", 30, 60),
        ("customer_health", "2", "days_past_due", 40, 49),
        ("customer_health", "2", "seat_utilisation_rate", 20, 30),
        ("customer_health", "2", "core_area_adoption_rate", 25, 30),
        ("expansion", "1", "seat_utilisation_rate", 50, 70),
    ]
    group_of = {row["metric"]: row["metric_group"] for row in read(seeds, "metrics")}
    metrics = read(seeds, "scorecard_metrics")
    write(seeds, "scorecards", [first, *({**first, **changes} for changes in add)])
    write(
        seeds,
        "scorecard_groups",
        read(seeds, "scorecard_groups")
        + [
            {"scorecard": scorecard, "version": version, "metric_group": group, "group_weight": w}
            for (scorecard, version), weights in groups.items()
            for group, w in weights.items()
        ],
    )
    columns = ["scorecard", "version", "metric", "below_score", "max_health_score"]
    write(
        seeds,
        "scorecard_caps",
        [{**dict(zip(columns, cap, strict=True)), "reason": "Text"} for cap in caps],
    )
    write(
        seeds,
        "scorecard_metrics",
        metrics
        + [
            {**row, "scorecard": scorecard, "version": version, "is_critical": "true"}
            for (scorecard, version), weights in groups.items()
            for row in metrics
            if group_of[row["metric"]] in weights
        ],
    )
