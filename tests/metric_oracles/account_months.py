"""Which accounts are scored in which month, and what they were sold at its end."""

from datetime import date, datetime, time, timedelta

import pandas as pd

from ingestion.sandbox.company.billing import SECOND_SHARE_OF_SEATS
from ingestion.sandbox.company.catalogue import read_catalogue
from ingestion.sandbox.company.clock import add_months
from ingestion.sandbox.company.contracts import contract_records
from ingestion.sandbox.company.crm_accounts import paths_of
from ingestion.sandbox.company.identity import (
    evidence,
    recurly_identities,
    vendors_of,
    zendesk_organizations,
)
from ingestion.sandbox.company.invoice_lines import Billed
from ingestion.sandbox.company.invoices import bill
from ingestion.sandbox.company.merges_and_deletions import old_organization
from ingestion.sandbox.company.price_list import Item, items_of, plan_price
from ingestion.sandbox.company.story import Story
from tests.metric_oracles.crm_parents import has_two_records

# Evidence by which no record may be linked: a mailbox provider's domain, one of two companies.
NO_EVIDENCE = ("freemail_only", "ambiguous_domain")


def account_months(customers: list[Story], first_month: date, as_of: datetime) -> pd.DataFrame:
    """Index account_id, score_month. `t` is the as-of instant, `age` the days since the first paid
    day, `on_<vendor>` whether the account is linked there."""
    rows = []
    for story in customers:
        billed = billings(story, as_of)
        periods = _paid_periods(story, billed, as_of)
        if not periods:
            continue
        # The date in the CRM is where the first day begins, if not a day of an older product.
        told = [day for at, day in paths_of(story, [])["Customer_Since__c"] if day and at < as_of]
        days = [datetime.combine(day, time()) for day in told]
        first_paid = min([*days, *(begins for begins, _, _ in periods)])
        linked = {
            "on_pendo": is_linked(story, "pendo", as_of),
            "on_zendesk": bool(linked_organizations(story, as_of)),
            "on_recurly": bool(billed),
        }
        charges = _charges(billed, as_of)
        for month, t in score_months(first_month, as_of):
            if any(_is_active(period, t) for period in periods):
                rows.append(
                    {
                        "account_id": story.account.account_id,
                        "score_month": month,
                        "t": t,
                        "first_paid": first_paid,
                        "age": (t - first_paid) // timedelta(days=1),
                        **linked,
                        **_sold(billed, charges, t),
                    }
                )
    return pd.DataFrame(rows).set_index(["account_id", "score_month"])


def score_months(first_month: date, as_of: datetime) -> list[tuple[date, datetime]]:
    """Every month with its as-of instant, up to the one in progress."""
    months, starts = [], datetime.combine(first_month, time())
    while starts < as_of:
        months.append((starts.date(), min(add_months(starts, 1), as_of)))
        starts = add_months(starts, 1)
    return months


def is_linked(story: Story, vendor: str, as_of: datetime) -> bool:
    """Whether the vendor's first record of the account can be linked to it."""
    if vendor not in vendors_of(story.account):
        return False
    case = evidence(story.account, vendor).case
    if case == "duplicate_id":
        # It names the other of two records until they are merged.
        return not has_two_records(story, as_of)
    return case not in NO_EVIDENCE


def linked_organizations(story: Story, as_of: datetime) -> list[int]:
    """A second organisation names the account in a field, unless it is an old one to be merged."""
    old = old_organization(story.account)
    known = zendesk_organizations(story.account)
    organizations = [one for one in known if not old or one != old[0]]
    return organizations if is_linked(story, "zendesk", as_of) else organizations[1:]


def billings(story: Story, as_of: datetime) -> list[Billed]:
    """Every subscription so far of the linked Recurly accounts; a second one names the account."""
    account, result = story.account, []
    for slot in range(len(recurly_identities(account))):
        items = items_of(account)
        if slot:
            share = 0.0 if account.is_flat else SECOND_SHARE_OF_SEATS
            price = plan_price(account.plan_code)
            items = [Item(account.plan_code, None, "fixed", price, datetime.min, share)]
        elif not is_linked(story, "recurly", as_of):
            continue
        result += [
            Billed(account, slot, life, items, story.seats, story.health_at)
            for life in story.lives
            if life.activated_at < as_of
        ]
    return result


def _paid_periods(
    story: Story, billed: list[Billed], as_of: datetime
) -> list[tuple[datetime, datetime | None, bool]]:
    """(from, until, whether by contract); contracts count where billing knows no account."""
    if billed:
        return [(one.life.paid_from, one.life.ends_at, False) for one in billed]
    return [
        (
            datetime.combine(contract["StartDate"], time()),
            datetime.combine(contract["EndDate"], time()),
            True,
        )
        for contract in contract_records(story, as_of)
        if contract["Status"] == "Activated"
    ]


def _is_active(period: tuple[datetime, datetime | None, bool], t: datetime) -> bool:
    begins, until, by_contract = period
    if by_contract:
        return begins <= t < until
    return begins < t and (until is None or until >= t)


def items_at(one: Billed, instant: datetime) -> list[Item]:
    """What a subscription includes at an instant: items sold later begin with a billing period."""
    life = one.life
    if instant < life.activated_at or (life.ends_at and instant > life.ends_at):
        return []
    starts, period = life.activated_at, 0
    while add_months(life.paid_from, period * life.term_months) <= instant:
        starts = add_months(life.paid_from, period * life.term_months)
        period += 1
    return [item for item in one.items if item.since <= starts]


def _charges(billed: list[Billed], as_of: datetime) -> dict[str, list[dict]]:
    """Subscription -> charge lines of plans and add-ons, without usage."""
    return {
        one.subscription_id: [
            line
            for invoice in bill(one, as_of)[0]
            if invoice["type"] == "charge" and invoice["state"] != "voided"
            for line in invoice["line_items"]
            if line["type"] == "charge"
            and line["origin"] in ("plan", "add_on")
            and line["add_on_code"] != "api-volume"
        ]
        for one in billed
    }


def _sold(billed: list[Billed], charges: dict[str, list[dict]], t: datetime) -> dict:
    """Seats, MRR and the net amount of a billing period, and the features entitled to."""
    seats, mrr, period_amount = 0, 0.0, 0.0
    before = t - timedelta(days=60)
    now, then = set(), set()
    for one in billed:
        now |= _features(one, t)
        then |= _features(one, before)
        if not _is_active((one.life.paid_from, one.life.ends_at, False), t):
            continue
        seats += sum(
            item.quantity(one.seats, t) for item in items_at(one, t) if item.share_of_seats
        )
        latest = {
            line["add_on_code"]: line
            for line in sorted(charges[one.subscription_id], key=lambda line: line["start_date"])
            if line["start_date"] <= t < line["end_date"]
        }
        amount = sum(
            (line["subtotal"] - line["discount"]) / (line["proration_rate"] or 1)
            for line in latest.values()
        )
        period_amount += amount
        mrr += amount / one.life.term_months
    return {
        "seats": seats,
        "mrr": mrr,
        "period_amount": period_amount,
        "entitled": frozenset(now),
        "established": frozenset(now & then),
    }


def _features(one: Billed, instant: datetime) -> frozenset[str]:
    items = items_at(one, instant)
    if not items:
        return frozenset()
    add_ons = [item.add_on_code for item in items if item.add_on_code]
    return read_catalogue().entitled(items[0].plan_code, add_ons)
