"""The quarterly NPS survey inside the product: a number, and from some a sentence."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from ingestion.sandbox.company.clock import Clock
from ingestion.sandbox.company.draws import normal, uniform
from ingestion.sandbox.company.health import Health
from ingestion.sandbox.company.identity import pendo_account_id
from ingestion.sandbox.company.local_days import LocalDays
from ingestion.sandbox.company.pendo_definitions import COMMENT_POLL, NPS_GUIDE, NPS_POLL
from ingestion.sandbox.company.product_people import visitor_id
from ingestion.sandbox.company.product_usage import MonthOfUse
from ingestion.sandbox.company.story import Story

EVERY_DAYS = 90
ANSWERS = 0.15
# Accounts whose administrators switched the survey off in the middle of the shown months.
SWITCHED_OFF = 0.12
REPEATED = 0.005
# Answers that come as text, and numbers that the scale does not have.
AS_TEXT, OUT_OF_RANGE = 0.10, 0.002
IMPOSSIBLE = (11, 99, -1)
_HOUR = 3_600_000


def survey_months(clock: Clock) -> set[int]:
    """Positions of the months in which a wave of the survey starts."""
    wave, months = clock.events_from + timedelta(days=10), set()
    while wave < clock.ends_at:
        months.add(clock.month_of(wave))
        wave += timedelta(days=EVERY_DAYS)
    return months


def poll_events(
    seed: int,
    stories: list[Story],
    health: Health,
    clock: Clock,
    days: LocalDays,
    use: MonthOfUse,
    as_of_ms: int,
) -> list[dict]:
    """Answers of one month's active people, on a day on which they were there."""
    number = clock.origin + use.month
    off_from = clock.first_shown - clock.origin + clock.months // 3
    off = np.array([s.account.place("survey") < SWITCHED_OFF for s in stories])
    asked = (use.actions > 0) & (use.days > 0) & ~(off[use.row] & (use.month >= off_from))
    answers = asked & (uniform(seed, "nps:answers", use.people, number) < ANSWERS)
    chosen = np.flatnonzero(answers)
    lag = health.lagged(1)[use.row[chosen], use.month]
    people = use.people[chosen]
    score = 7.9 + 0.9 * lag + 1.8 * normal(seed, "nps:score", people, number)
    rating = np.clip(np.rint(score), 0, 10).astype(int)
    hour = 9 + 9 * uniform(seed, "nps:hour", people, number)
    at = days.start_ms[use.order[chosen, 0]] + (hour * _HOUR).astype(np.int64)
    texts = uniform(seed, "nps:text", people, number) < AS_TEXT
    impossible = uniform(seed, "nps:impossible", people, number) < OUT_OF_RANGE
    rating = np.where(impossible, np.array(IMPOSSIBLE)[people % len(IMPOSSIBLE)], rating)
    comments = uniform(seed, "nps:comment", people, number) < 0.4
    twice = uniform(seed, "nps:repeated", people, number) < REPEATED
    logins = visitor_id(seed, people)
    records = []
    for place, position in enumerate(chosen.tolist()):
        if at[place] + 120 >= as_of_ms:
            continue
        account = pendo_account_id(stories[int(use.row[position])].account)
        given = str(rating[place]) if texts[place] else int(rating[place])
        answer = _poll_event(str(logins[place]), account, NPS_POLL, int(at[place]), given)
        records += [answer, dict(answer)] if twice[place] else [answer]
        if comments[place]:
            text = "Synthetic comment."
            login = str(logins[place])
            records.append(_poll_event(login, account, COMMENT_POLL, int(at[place]) + 40, text))
    return records


def _poll_event(login: str, account: str, poll: str, at: int, response: int | str) -> dict:
    return {
        "type": "ui:web:pollResponse",
        "visitorId": login,
        "accountId": account,
        "accountIds": [account],
        "guideId": NPS_GUIDE,
        "guideStepId": "step1",
        "pollId": poll,
        "pollResponse": response,
        "browserTime": at,
        "appId": -323232,
    }


def in_order(records: list[dict]) -> list[dict]:
    return sorted(records, key=lambda record: (record["browserTime"], record["visitorId"]))
