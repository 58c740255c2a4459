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


def add_scorecards(seeds: Path) -> None:
    """Let customer_health start in November 2025 and have a version 2, and add three others."""
    [first] = read(seeds, "scorecards")
    first["effective_from"] = "2025-11-01"
    add = [
        {"version": "2", "effective_from": "2026-04-01", "yellow_from": 30, "green_from": 50},
        {"scorecard": "onboarding", "lifecycle_stage": "deployment", "effective_to": "2026-07-01"},
        {"scorecard": "small_accounts", "size_segment": "small", "min_groups": 1, "priority": 1},
        {"scorecard": "expansion", "use_case": "expansion", "min_groups": 1},
    ]
    groups = {
        ("customer_health", "2"): {"adoption": 33.3, "usage": 33.3, "payment": 33.4},
        ("onboarding", "1"): {"usage": 60, "engagement": 40, "relationship": 0},
        ("small_accounts", "1"): {"usage": 70, "sentiment": 30},
        ("expansion", "1"): {"usage": 70, "adoption": 30},
    }
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
    write(
        seeds,
        "scorecard_metrics",
        metrics
        + [
            {**row, "scorecard": scorecard, "version": version}
            for (scorecard, version), weights in groups.items()
            for row in metrics
            if group_of[row["metric"]] in weights
        ],
    )
