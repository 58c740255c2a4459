"""The dirt of real systems is in the records, in about the shares that it is meant to have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import pytest

from ingestion.sandbox.company import Company, simulate
from ingestion.sandbox.company.catalogue import read_catalogue
from ingestion.sandbox.company.local_days import epoch_ms
from ingestion.sandbox.company.pendo_definitions import NPS_POLL


def share(rows: Iterable[dict], is_one: Callable[[dict], bool]) -> float:
    rows = list(rows)
    return sum(map(is_one, rows)) / len(rows)


def salesforce(name: str) -> Callable[[Company], list[dict]]:
    return lambda company: [row for row in company.salesforce[name] if not row["IsDeleted"]]


def zendesk(name: str) -> Callable[[Company], list[dict]]:
    return lambda company: company.zendesk[name]


def closed(company: Company) -> list[dict]:
    return [task for task in salesforce("Task")(company) if task["IsClosed"]]


def calls(company: Company) -> list[dict]:
    return [
        t for t in closed(company) if t["TaskSubtype"] == "Call" and t["CallType"] != "Internal"
    ]


def meetings(company: Company) -> list[dict]:
    """With the answers of those invited."""
    answers: dict[str, set[str]] = {}
    for relation in company.salesforce["EventRelation"]:
        answers.setdefault(relation["EventId"], set()).add(relation["Status"])
    events = salesforce("Event")(company)
    return [{**e, "answers": answers[e["Id"]]} for e in events if not e["IsChild"]]


def charges(company: Company) -> list[dict]:
    return [i for i in company.recurly["invoices"] if i["type"] == "charge"]


def answers(company: Company) -> list[dict]:
    return [a for a in company.pendo["pollEvents"] if a["pollId"] == NPS_POLL]


def answered(company: Company) -> list[dict]:
    return [o for o in salesforce("Outreach__c")(company) if o["Responded_At__c"]]


def changes(company: Company) -> list[dict]:
    """Tickets, with the fields that their events changed."""
    changed: dict[int, set[str]] = {}
    for event in company.zendesk["ticket_events"]:
        for child in event["child_events"]:
            if child["event_type"] == "Change":
                changed.setdefault(event["ticket_id"], set()).update(child)
    return [{**t, "changed": changed.get(t["id"], set())} for t in company.zendesk["tickets"]]


def is_blank(field: str) -> Callable[[dict], bool]:
    return lambda row: row[field] is None


def delay(row: dict) -> timedelta:
    done = row["CompletedDateTime"] or datetime.combine(row["ActivityDate"], datetime.min.time())
    return row["CreatedDate"] - done


def voicemail(task: dict) -> bool:
    return task["CallDurationInSeconds"] < 60


def in_parts(invoice: dict) -> bool:
    return sum(payment["success"] for payment in invoice["transactions"]) > 1


# What, of which records, which of them, and between which shares.
SHARES: dict[str, tuple[Callable, Callable, float, float]] = {
    "a task without the instant of completion": (
        closed, is_blank("CompletedDateTime"), 0.04, 0.06),
    "a task without a contact": (salesforce("Task"), is_blank("WhoId"), 0.05, 0.07),
    "a meeting without a contact": (salesforce("Event"), is_blank("WhoId"), 0.045, 0.075),
    "a call without a disposition": (calls, is_blank("CallDisposition"), 0.18, 0.22),
    "a ticket without a priority": (zendesk("tickets"), is_blank("priority"), 0.065, 0.095),
    "an invoice without a due date": (charges, is_blank("due_at"), 0.04, 0.06),
    "a contact without an address": (salesforce("Contact"), is_blank("Email"), 0.04, 0.07),
    "a contact without a level": (salesforce("Contact"), is_blank("Seniority__c"), 0.22, 0.28),
    "a user without a department": (
        lambda c: [u for u in c.salesforce["User"] if u["UserType"] == "Standard"],
        is_blank("Department"), 0.02, 0.10),
    "a task that was logged late": (
        salesforce("Task"), lambda t: delay(t) >= timedelta(days=1), 0.08, 0.12),
    "an edited judgement": (
        salesforce("CSM_Sentiment__c"), lambda s: s["LastModifiedDate"] > s["CreatedDate"],
        0.01, 0.03),
    "a ticket that was moved": (changes, lambda t: "organization_id" in t["changed"], 0.005, 0.02),
    "a voicemail": (calls, voicemail, 0.20, 0.30),
    "a declined meeting": (meetings, lambda m: m["answers"] == {"Declined"}, 0.05, 0.11),
    "an automatic reply": (answered, lambda o: o["Auto_Reply__c"], 0.035, 0.065),
    "an answer as text": (answers, lambda a: isinstance(a["pollResponse"], str), 0.08, 0.12),
    "an answer out of range": (
        answers, lambda a: not 0 <= int(a["pollResponse"]) <= 10, 0.0005, 0.005),
    "a merged ticket": (
        zendesk("tickets"), lambda t: "closed_by_merge" in t["tags"], 0.01, 0.03),
    "a deleted ticket": (zendesk("tickets"), lambda t: t["status"] == "deleted", 0.005, 0.015),
    "a voided invoice": (charges, lambda i: i["state"] == "voided", 0.005, 0.015),
    "an invoice paid in parts": (charges, in_parts, 0.02, 0.04),
    "a credit invoice": (
        lambda c: c.recurly["invoices"], lambda i: i["type"] == "credit", 0.03, 0.05),
}  # fmt: skip


@pytest.mark.parametrize("what", SHARES)
def test_records_are_dirty_in_their_shares(company: Company, what: str) -> None:
    rows, is_one, low, high = SHARES[what]
    assert low < share(rows(company), is_one) < high


def test_our_own_people_are_two_of_a_hundred_visits(company: Company) -> None:
    own = tuple(f"@{domain}" for domain in read_catalogue().own_domains)
    staff = {
        visitor["visitorId"]
        for visitor in company.pendo["visitors"]
        if visitor["metadata"]["agent"]["email"].endswith(own)
        and visitor["visitorId"].startswith("w-")
    }
    customers = {account["accountId"] for account in company.pendo["accounts"]}
    for name in ("events", "featureEvents"):
        events = company.pendo[name].to_pandas()
        ours = events[events.visitorId.isin(staff)]
        assert 0.015 < len(ours) / len(events) < 0.025, name
        assert set(ours.accountId) <= customers | {""}


def test_four_of_a_hundred_rows_of_a_day_appear_one_to_three_days_after_it(
    company: Company,
) -> None:
    final = simulate(as_of=company.as_of + timedelta(days=4)).pendo["events"].to_pandas()
    days = sorted(final.day[final.day < epoch_ms(company.as_of)].unique())[-6:]
    shown = company.pendo["events"].to_pandas()
    missing = [1 - (shown.day == day).sum() / (final.day == day).sum() for day in days]
    # The day that ended last, the two before, and those that are final.
    assert missing[-1] > 0.05, "the day in progress"
    assert 0.02 < missing[-2] < 0.06
    assert 0.01 < missing[-3] < missing[-2] + 0.01
    assert missing[0] == 0


def test_group_meetings_have_copies_and_every_email_is_a_task_too(company: Company) -> None:
    events = company.salesforce["Event"]
    copies = Counter(event["StartDateTime"] for event in events if event["IsChild"])
    groups = [e for e in events if e["IsGroupEvent"] and not e["IsChild"]]
    assert groups and all(copies[meeting["StartDateTime"]] for meeting in groups)
    tasks = {task["Id"] for task in company.salesforce["Task"] if task["TaskSubtype"] == "Email"}
    messages = company.salesforce["EmailMessage"]
    assert len(tasks) == len(messages)
    assert {message["ActivityId"] for message in messages} == tasks


def test_a_late_task_was_done_up_to_thirty_days_before_it_was_logged(company: Company) -> None:
    late = [delay(t) for t in closed(company) if t["CompletedDateTime"]]
    assert max(late) <= timedelta(days=30) and max(late) > timedelta(days=28)


def test_some_records_are_stamped_where_two_months_meet(company: Company) -> None:
    def on_the_border(rows: Iterable[dict], field: str) -> int:
        return sum(row[field].day == 1 and row[field] == _midnight(row[field]) for row in rows)

    assert on_the_border(salesforce("Outreach__c")(company), "Sent_At__c") > 3
    assert on_the_border(closed(company), "CreatedDate") > 3
    assert on_the_border(company.zendesk["tickets"], "created_at") > 3
    assert on_the_border(charges(company), "created_at") > 10
    starts = Counter(s["activated_at"] for s in company.recurly["subscriptions"])
    assert starts[datetime(2024, 2, 29)] == 1
    assert sum(at.day == 1 and at == _midnight(at) for at in starts) >= 3


def _midnight(instant: datetime) -> datetime:
    return instant.replace(hour=0, minute=0, second=0, microsecond=0)
