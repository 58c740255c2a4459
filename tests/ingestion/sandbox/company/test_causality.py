"""A latent health drives what is seen and who leaves, and nothing else does."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest

from ingestion.sandbox.company import Company
from ingestion.sandbox.company.clock import add_months
from ingestion.sandbox.company.draws import sigmoid
from ingestion.sandbox.company.truth import AccountTruth

FIRST_SHOWN = datetime(2024, 11, 1)
Months = list[tuple[str, datetime, float, bool]]


@pytest.fixture(scope="module")
def months(company: Company) -> Months:
    """(account, month, h in it, whether it churns within 90 days of its end), paid at its end."""
    rows = []
    for truth in company.truth:
        for month, health in truth.health.items():
            ends = add_months(month, 1)
            paid = any(since < ends and (not until or until >= ends) for since, until in truth.paid)
            if month >= FIRST_SHOWN and paid and not truth.is_test:
                soon = any(ends <= end < ends + timedelta(days=90) for end in truth.churned_at)
                rows.append((truth.account_id, month, health, soon))
    return rows


def area_under_curve(risk: np.ndarray, outcome: np.ndarray) -> float:
    order = np.argsort(np.argsort(risk))
    positives = order[outcome].sum() + outcome.sum()
    count, rest = outcome.sum(), (~outcome).sum()
    return float((positives - count * (count + 1) / 2) / (count * rest))


def test_between_thirty_and_sixty_of_two_hundred_leave_in_the_shown_months(
    company: Company,
) -> None:
    churned = [end for t in company.truth for end in t.churned_at if end >= FIRST_SHOWN]
    assert 30 <= len(churned) <= 60


def test_the_unhealthy_leave(months: Months) -> None:
    health = np.array([row[2] for row in months])
    leaves = np.array([row[3] for row in months])
    assert area_under_curve(-health, leaves) > 0.75


def test_minutes_say_nothing_about_health_and_active_days_do(
    company: Company, months: Months
) -> None:
    events = company.pendo["events"].to_pandas()
    events = events[~events["visitorId"].str.startswith("_PENDO_T_")]
    events["month"] = events["day"].floordiv(86_400_000 * 30)
    ids = {t.account_id: t.company_id for t in company.truth}
    people = events.groupby(["accountId", "visitorId", "month"])
    person = people.agg(minutes=("numMinutes", "sum"), days=("day", "nunique"))
    seen = person.groupby("accountId").mean()
    mean_health = {}
    for account, _, health, _ in months:
        mean_health.setdefault(ids[account], []).append(health)
    seen["health"] = seen.index.map({key: np.mean(value) for key, value in mean_health.items()})
    links = seen.dropna()[["minutes", "days", "health"]].corr()["health"]
    assert abs(links["minutes"]) < 0.25
    assert links["days"] > 0.5


def test_a_watermelon_looks_used_while_its_health_falls(company: Company) -> None:
    def mean_change(truths: list[AccountTruth]) -> float:
        courses = [list(t.health.values()) for t in truths if len(t.health) > 20]
        return float(np.mean([course[-1] - course[0] for course in courses]))

    ordinary = [t for t in company.truth if not t.is_watermelon and not t.is_mirror]
    watermelons = [t for t in company.truth if t.is_watermelon]
    assert mean_change(watermelons) < mean_change(ordinary) - 0.5


def test_the_incident_months_show_less_use_across_all_accounts(company: Company) -> None:
    events = company.pendo["featureEvents"].to_pandas()
    of = events["day"].map(lambda ms: datetime.fromtimestamp(ms // 1000).strftime("%Y-%m"))
    volume = events.groupby(of)["visitorId"].nunique()
    around = (volume["2026-02"] + volume["2026-05"]) / 2
    assert volume["2026-03"] < 0.93 * around and volume["2026-04"] < 0.93 * around


def test_ratings_and_answers_follow_health(company: Company) -> None:
    scores = {t.company_id: np.mean(list(t.health.values())) for t in company.truth if t.health}
    given = (p for p in company.pendo["pollEvents"] if isinstance(p["pollResponse"], int))
    answers = [p for p in given if 0 <= p["pollResponse"] <= 10]
    low = [p["pollResponse"] for p in answers if scores.get(p["accountId"], 9) < -0.3]
    high = [p["pollResponse"] for p in answers if 0.6 < scores.get(p["accountId"], 9) < 9]
    assert np.mean(high) > np.mean(low) + 0.4
    given = [r["score"] for r in company.zendesk["satisfaction_ratings"] if r["score"] != "offered"]
    assert abs(given.count("good") / len(given) - sigmoid(2.2)) < 0.08
