"""Random accounts with what was measured about them, and the families that they form.

A family is a few accounts with the scorecards made for them alone (the vertical keeps it apart).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hypothesis import strategies as st

from tests.assignment_reference import Override, ScorecardVersion, Segments
from tests.dbt_project.scoring.random_scorecards import (
    IS_RARE,
    MONTHS,
    SEGMENTS,
    SHARES,
    Ends,
    pools,
    scorecards,
    some,
)

Values = dict[str, tuple[str, float | None]]

STATES = ["observed"] * 12 + [
    "not_applicable", "unmapped", "source_late", "not_enough_history", "stale",
]  # fmt: skip
SPANS = [MONTHS, MONTHS[3:9], MONTHS[6:], [*MONTHS[:4], *MONTHS[5:9]], MONTHS[7:11], MONTHS[-3:]]
SOME_SHARE = st.sampled_from(SHARES) | st.floats(-0.3, 1.3)
A_LEVEL = st.sampled_from([None] * 12 + SHARES)
A_STATE, HARDLY_EVER = st.sampled_from(STATES), st.sampled_from(STATES + ["unmapped"] * 24)
IS_SILENT = st.sampled_from([False] * 5 + [True])
A_CHANGE = st.sampled_from(["some", "some", "some", "some", "all", "none", "segment"])


@dataclass(frozen=True)
class AccountMonth:
    """What is known of an account in a month."""

    segments: Segments
    values: Values


@dataclass(frozen=True)
class Family:
    """Accounts and the scorecards that may score them."""

    versions: list[ScorecardVersion]
    accounts: list[dict[date, AccountMonth]]
    overrides: list[list[Override]]


@st.composite
def metric_values(draw: st.DrawFn, family_ends: Ends) -> Values:
    """A state and a value for every metric of the family; now and then all on one level."""
    level = draw(A_LEVEL)
    a_state = HARDLY_EVER if draw(IS_SILENT) else A_STATE
    found: Values = {}
    for metric, (worst, best) in family_ends.items():
        state, value = draw(a_state), None
        if state in ("observed", "stale"):
            share = draw(SOME_SHARE) if level is None else level
            value = float(worst + share * (best - worst))
        found[metric] = (state, value)
    return found


@st.composite
def accounts(draw: st.DrawFn, family_ends: Ends) -> dict[date, AccountMonth]:
    """The months of an account, with gaps; from one to the next something changes."""
    months = draw(st.sampled_from(SPANS))
    gaps = draw(st.sets(st.sampled_from(MONTHS), max_size=3)) if draw(IS_RARE) else set()
    months = [month for month in months if month not in gaps] or months
    segments = {name: draw(st.sampled_from(words)) for name, words in SEGMENTS.items()}
    values = draw(metric_values(family_ends))
    found = {}
    for month in months:
        found[month] = AccountMonth(segments, values)
        change = draw(A_CHANGE)
        if change == "all":
            values = draw(metric_values(family_ends))
        if change == "some":
            changed = draw(some(sorted(family_ends), [1, 2, 3, 5]))
            values = values | draw(metric_values({name: family_ends[name] for name in changed}))
        if change == "segment":
            name = draw(st.sampled_from(sorted(SEGMENTS)))
            segments = segments | {name: draw(st.sampled_from(SEGMENTS[name]))}
    return found


def overrides() -> st.SearchStrategy[list[Override]]:
    """Bands set by a CSM: at instants of their own, until a day near a month's end or none."""
    minute = st.integers(0, 13 * 30 * 24 * 60).map(
        lambda minutes: datetime(2025, 10, 1) + timedelta(minutes=minutes)
    )
    at_the_instant = st.sampled_from(MONTHS).map(lambda m: datetime(m.year, m.month, 1))
    expiry = st.sampled_from([*MONTHS, None]).flatmap(
        lambda m: st.none() if m is None else st.integers(-2, 1).map(lambda d: m + timedelta(d))
    )
    one = st.builds(
        Override,
        minute | at_the_instant,
        st.sampled_from(["green", "yellow", "red"]),
        expiry,
        st.sampled_from([False, False, False, True]),
    )
    several = st.lists(one, min_size=1, max_size=3, unique_by=lambda o: o.created_at)
    return st.booleans().flatmap(lambda any_at_all: several if any_at_all else st.just([]))


@st.composite
def families(draw: st.DrawFn) -> Family:
    """A family of one to four accounts."""
    pool, family_ends = draw(pools())
    halves = [dict(list(pool.items())[place::2]) for place in (0, 1)]
    is_split = len(pool) > 1 and draw(IS_RARE)
    versions = draw(scorecards(halves if is_split else [pool, pool], family_ends))
    count = draw(st.sampled_from([2, 3, 4, 1]))
    months = [draw(accounts(family_ends)) for _ in range(count)]
    if is_split and len(versions) > 1:
        months = [moved(account, halves, versions[1].effective_from) for account in months]
    return Family(versions, months, [draw(overrides()) for _ in months])


def moved(
    account: dict[date, AccountMonth], halves: list[dict[str, list[str]]], start: date
) -> dict[date, AccountMonth]:
    """From a month on the second half of the groups is measured, until then the first."""
    listed = [{metric for metrics in half.values() for metric in metrics} for half in halves]
    return {
        month: AccountMonth(
            known.segments,
            {
                metric: cell if metric in listed[month >= start] else ("unmapped", None)
                for metric, cell in known.values.items()
            },
        )
        for month, known in account.items()
    }
