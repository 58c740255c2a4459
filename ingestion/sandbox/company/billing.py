"""Everything that Recurly shows."""

from __future__ import annotations

from datetime import datetime

from ingestion.sandbox.company.identity import recurly_identities
from ingestion.sandbox.company.invoice_lines import Billed
from ingestion.sandbox.company.invoices import bill
from ingestion.sandbox.company.price_list import Item, items_of, plan_price, plan_records
from ingestion.sandbox.company.story import Story
from ingestion.sandbox.company.subscriptions import account_record, subscription_record

# A second Recurly account has a small subscription of its own to the same plan.
SECOND_SHARE_OF_SEATS = 0.15


def simulate_billing(stories: list[Story], as_of: datetime) -> dict[str, list[dict]]:
    plans, add_ons = plan_records()
    records: dict[str, list[dict]] = {
        "accounts": [], "subscriptions": [], "invoices": [], "line_items": [],
        "plans": plans, "add_ons": add_ons,
    }  # fmt: skip
    for story in stories:
        for slot, identity in enumerate(recurly_identities(story.account)):
            billed = [one for one in _billed(story, slot) if one.life.activated_at < as_of]
            if not billed:
                continue
            account = account_record(billed, identity, as_of)
            records["accounts"].append(account)
            mini = {
                key: account[key]
                for key in ("id", "object", "code", "email", "company", "parent_account_id")
            }
            for one in billed:
                records["subscriptions"].append(subscription_record(one, mini, as_of))
                invoices, lines = bill(one, as_of)
                records["invoices"] += invoices
                records["line_items"] += lines
    return records


def _billed(story: Story, slot: int) -> list[Billed]:
    account = story.account
    items = items_of(account)
    if slot:
        plan, share = account.plan_code, 0.0 if account.is_flat else SECOND_SHARE_OF_SEATS
        items = [Item(plan, None, "fixed", plan_price(plan), datetime.min, share)]
    return [
        Billed(account, slot, life, items, story.seats, story.health_at) for life in story.lives
    ]
