"""Use as rows of events: one per person and day, and one per person, feature and day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingestion.sandbox.company.draws import normal, uniform
from ingestion.sandbox.company.local_days import LocalDays
from ingestion.sandbox.company.product_usage import MonthOfUse

# Number of the pseudo feature "signed in", a track type outside the catalogue.
SIGNED_IN = -2
ANY_FEATURE = -1
MAX_DAYS_OF_A_FEATURE = 3
# Rows that appear only one to three days after their day was over.
LATE = 0.04
_HOUR = 3_600_000
_FINAL_AFTER = 5 * 24 * _HOUR


@dataclass(frozen=True)
class EventRows:
    """Parallel arrays: account's position, person's key, day's position, feature's position (or
    ANY_FEATURE, SIGNED_IN), events and minutes."""

    row: NDArray[np.int64]
    person: NDArray[np.int64]
    day: NDArray[np.int64]
    feature: NDArray[np.int64]
    events: NDArray[np.int64]
    minutes: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.row)

    def select(self, rows: NDArray) -> EventRows:
        """The rows of a mask or of positions."""
        return EventRows(*(getattr(self, name)[rows] for name in _NAMES))

    def replaced(self, **arrays: NDArray[np.int64]) -> EventRows:
        return EventRows(*(arrays.get(name, getattr(self, name)) for name in _NAMES))


_NAMES = ("row", "person", "day", "feature", "events", "minutes")


def concatenate(parts: list[EventRows]) -> EventRows:
    if not parts:
        return EventRows(*(np.empty(0, dtype=np.int64) for _ in _NAMES))
    return EventRows(*(np.concatenate([getattr(p, name) for p in parts]) for name in _NAMES))


def before(rows: EventRows, days: LocalDays, seed: int, as_of_ms: int) -> EventRows:
    """What is shown by the clock: a person and day's events end between 10 and 20 o'clock.

    4 % of the rows are added to their day later, the last of them three days after its end.
    """
    recent = np.flatnonzero(days.start_ms[rows.day] > as_of_ms - _FINAL_AFTER)
    tail = rows.select(recent)
    key = (tail.person, tail.day, tail.feature)
    is_late = uniform(seed, "event:late", *key) < LATE
    # Less than 3 x 24 hours after the shortest day of the year, which has 23.
    added = np.where(is_late, 48 + 46 * uniform(seed, "event:added", *key), 0)
    hours = np.where(is_late, added, 10 + 10 * uniform(seed, "event:hour", *key))
    shown = np.ones(len(rows), dtype=bool)
    shown[recent] = days.start_ms[tail.day] + (hours * _HOUR).astype(np.int64) < as_of_ms
    return rows.select(shown)


def month_rows(seed: int, use: MonthOfUse) -> EventRows:
    """All rows of one month."""
    visits = _visits(seed, use)
    return concatenate([visits, _sign_ins(seed, use, visits), _feature_rows(seed, use)])


def _visits(seed: int, use: MonthOfUse) -> EventRows:
    places = np.arange(use.order.shape[1])[None, :]
    person, place = np.nonzero(places < use.days[:, None])
    day, people = use.order[person, place], use.people[person]
    # Minutes and clicks say nothing about health, on purpose; nor do a month's minutes: who comes
    # on fewer days stays longer.
    total = np.exp(5.0 + 0.6 * normal(seed, "person:minutes", use.people, use.month))
    part = np.exp(0.5 * normal(seed, "event:minutes", people, day))
    parts = np.bincount(person, weights=part, minlength=len(use.people))
    minutes = total[person] * part / parts[person]
    clicks = np.exp(3.4 + 0.7 * normal(seed, "event:clicks", people, day))
    return EventRows(
        row=use.row[person],
        person=people,
        day=day,
        feature=np.full(len(day), ANY_FEATURE),
        events=np.maximum(np.rint(clicks), 1).astype(np.int64),
        minutes=np.clip(np.rint(minutes), 1, 480).astype(np.int64),
    )


def _sign_ins(seed: int, use: MonthOfUse, visits: EventRows) -> EventRows:
    """Those who only look sign in and do nothing else; of the others' sign-ins few are tracked."""
    lookers = np.repeat(use.actions == 0, use.days)
    some = uniform(seed, "event:tracked", visits.person, visits.day) < 0.02
    rows = visits.select(lookers | some)
    ones = np.ones(len(rows), dtype=np.int64)
    return rows.replaced(feature=ones * SIGNED_IN, events=ones, minutes=ones)


def _feature_rows(seed: int, use: MonthOfUse) -> EventRows:
    person, feature = np.nonzero(use.use.used & (use.days > 0)[:, None])
    people = use.people[person]
    is_value = use.use.is_value_action[feature]
    month = use.month
    wanted = 1 + (uniform(seed, "feature:days", people, feature, month) * 3).astype(np.int64)
    wanted = np.where(is_value, np.minimum(wanted, MAX_DAYS_OF_A_FEATURE), 1)
    repeats = np.minimum(wanted, use.days[person])
    first = (uniform(seed, "feature:first", people, feature, month) * 1000).astype(np.int64)
    pair = np.repeat(np.arange(len(person)), repeats)
    step = np.arange(len(pair)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    who = person[pair]
    day = use.order[who, (first[pair] + step) % use.days[who]]
    rows_of = np.bincount(person, weights=is_value * repeats, minlength=len(use.people))[who]
    spread = np.exp(0.4 * normal(seed, "feature:events", people[pair], feature[pair], day))
    value_actions = use.actions[who] / np.maximum(rows_of, 1) * spread
    clicks = 1 + 4 * uniform(seed, "feature:clicks", people[pair], feature[pair], day)
    events = np.maximum(np.rint(np.where(is_value[pair], value_actions, clicks)), 1)
    minutes = np.minimum(1 + events // 3, 60)
    return EventRows(
        row=use.row[who],
        person=people[pair],
        day=day,
        feature=feature[pair],
        events=events.astype(np.int64),
        minutes=minutes.astype(np.int64),
    )
