"""Random scorecards, as hypothesis draws them.

Numbers lean to where mistakes hide: ends, borders, weights of 0, groups at 40 %, coverage at 60 %.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from hypothesis import strategies as st

from tests.assignment_reference import ScorecardVersion
from tests.dbt_project.scoring.golden_files import seed_rows
from tests.dbt_project.scoring.scorecard_files import is_first_version
from tests.scoring_reference import Cap, ScorecardMetric, Version

Ends = dict[str, tuple[float, float]]

MONTHS = [date(2025 + index // 12, index % 12 + 1, 1) for index in range(9, 23)]
EVER = date(2020, 1, 1)
# The representative's own metrics may not exceed a share of the weights: left out.
REPRESENTATIVE = ("csm_sentiment", "relationship_depth")
BORDERS = [(50, 75), (50, 75), (30, 50), (30, 75), (50, 90), (75, 90)]
WEIGHTS = {
    1: [(100,)],
    2: [(50, 50), (60, 40), (40, 60), (0, 100), (39.9, 60.1), (91, 9)],
    3: [(40, 35, 25), (40, 20, 40), (33.3, 33.3, 33.4), (0, 60, 40), (30, 61, 9), (50, 0, 50)],
    4: [(40, 30, 20, 10), (0, 40, 20, 40), (99, 1, 0, 0), (12.5, 37.25, 7.5, 42.75)],
    5: [(20, 20, 20, 20, 20), (30, 25, 20, 15, 10), (0, 30, 30, 30, 10), (3.1, 6.9, 27, 33, 30)],
}
SHARES = [0, 0.3, 0.469, 0.47, 0.5, 0.53, 0.719, 0.72, 0.75, 0.78, 0.9, 1, -0.2, 1.2]
SEGMENTS = {
    "size_segment": ["small", "medium", "enterprise"],
    "lifecycle_stage": ["implemented", "deployment"],
    "region": ["emea", "apac"],
}


@cache
def catalogue() -> dict[str, list[str]]:
    """Metric group -> its metrics, of those in the catalogue of the tests."""
    groups: dict[str, list[str]] = {}
    listed = {row["metric"] for row in seed_rows("scorecard_metrics") if is_first_version(row)}
    for row in seed_rows("metrics"):
        if row["metric"] in listed and row["metric"] not in REPRESENTATIVE:
            groups.setdefault(row["metric_group"], []).append(row["metric"])
    return groups


# Strategies are made once: making one costs as much as ten draws.
SOME_WEIGHTS = {count: st.sampled_from(menu) for count, menu in WEIGHTS.items()}
A_NUMBER = st.sampled_from([0, 1, 100, -50, -0.5, 0.1, 0.35, 7, 40, -90, 12, 3.5])
# (worst, best): also negative, and lower is better.
SOME_ENDS = st.tuples(A_NUMBER, A_NUMBER).filter(lambda pair: pair[0] != pair[1])
IS_RARE = st.sampled_from([False, False, False, True])


def some(words: list[Any], sizes: list[int]) -> st.SearchStrategy[list[Any]]:
    """So many of the words as one of the sizes says, in any order."""
    limits = [min(size, len(words)) for size in sizes]
    return st.tuples(st.permutations(words), st.sampled_from(limits)).map(lambda d: d[0][: d[1]])


@st.composite
def rules(draw: st.DrawFn, pool: dict[str, list[str]], family_ends: Ends) -> Version:
    """A version over some groups of the family's pool."""
    names = draw(some(sorted(pool), [2, 3, 3, 4, 5, 1]))
    metrics = {}
    for group in names:
        listed = draw(some(pool[group], [2, 3, 4, 1]))
        for metric, weight in zip(listed, draw(SOME_WEIGHTS[len(listed)]), strict=True):
            worst, best = draw(SOME_ENDS) if draw(IS_RARE) else family_ends[metric]
            target = worst + 0.75 * (best - worst) if draw(IS_RARE) else None
            metrics[metric] = ScorecardMetric(
                metric, group, weight, worst, best, target, draw(IS_RARE)
            )
    yellow, green = draw(st.sampled_from(BORDERS))
    margins = [margin for margin in (3, 0, 5, 7.5) if 2 * margin <= green - yellow]
    cap = st.builds(
        Cap,
        st.sampled_from(sorted(metrics)),
        st.sampled_from([20, 30, 50, 75, 100]),
        st.sampled_from([0, 30, 49.5, 60, 74, 100]),
    )
    one_of_each = st.lists(cap, max_size=4, unique_by=lambda c: (c.metric, c.below_score))
    return Version(
        dict(zip(names, draw(SOME_WEIGHTS[len(names)]), strict=True)),
        metrics,
        yellow,
        green,
        draw(st.sampled_from(margins)),
        draw(st.sampled_from([0.6, 0.6, 0.5, 0, 1, 0.733])),
        draw(st.sampled_from([2, 1, 1, 3])),
        tuple(draw(one_of_each) if draw(st.booleans()) else ()),
        draw(st.sampled_from(["weighted", "weighted", "weighted", "rating"])),
    )


@st.composite
def pools(draw: st.DrawFn) -> tuple[dict[str, list[str]], Ends]:
    """The metrics that a family deals with, and their usual ends."""
    groups = draw(some(sorted(catalogue()), [3, 4, 2, 5, 1]))
    pool = {group: draw(some(catalogue()[group], [2, 3, 4, 1])) for group in groups}
    return pool, {metric: draw(SOME_ENDS) for metrics in pool.values() for metric in metrics}


@st.composite
def scorecards(
    draw: st.DrawFn, pool_of_version: list[dict[str, list[str]]], family_ends: Ends
) -> list[ScorecardVersion]:
    """One to three scorecards, the first for retention, each in up to two versions."""
    found = []
    for number in range(draw(st.sampled_from([1, 2, 1, 3]))):
        use_case = draw(st.sampled_from(["retention", "adoption", "expansion"]))
        starts = [draw(st.sampled_from([EVER, EVER, MONTHS[2], MONTHS[5]]))]
        starts += draw(some(MONTHS[6:11], [1, 0, 1]))
        limits = draw(st.lists(st.sampled_from(sorted(SEGMENTS)), max_size=2, unique=True))
        conditions = {name: draw(st.sampled_from(SEGMENTS[name])) for name in limits}
        for place, start in enumerate(starts):
            is_last = start == starts[-1]
            found.append(
                ScorecardVersion(
                    f"scorecard_{number}",
                    str(place + 1),
                    use_case if number else "retention",
                    start,
                    draw(st.none() | st.just(MONTHS[12])) if is_last else None,
                    50 - number,
                    conditions if number else {},
                    draw(rules(pool_of_version[place], family_ends)),
                )
            )
    return found
