"""Invoices say what was sold at every moment, as the metrics read them."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

import pytest

from ingestion.sandbox.company import Company


def lines_of(company: Company, origins: tuple[str, ...]) -> dict[str, list[dict]]:
    found = defaultdict(list)
    for line in company.recurly["line_items"]:
        if line["type"] == "charge" and line["origin"] in origins:
            found[line["subscription_id"]].append(line)
    return found


def test_plan_lines_cover_every_moment_of_a_paid_subscription(company: Company) -> None:
    covering = lines_of(company, ("plan",))
    for subscription in company.recurly["subscriptions"]:
        begins = subscription["trial_ends_at"] or subscription["activated_at"]
        ends = min(subscription["expires_at"] or company.as_of, company.as_of)
        if begins >= ends:
            continue
        reached: datetime = begins
        for line in sorted(covering[subscription["id"]], key=lambda line: line["start_date"]):
            assert line["start_date"] <= reached, subscription["id"]
            reached = max(reached, line["end_date"])
        assert reached >= ends, subscription["id"]


def test_the_latest_line_of_an_item_agrees_with_the_current_subscription(company: Company) -> None:
    covering = lines_of(company, ("plan",))
    compared = 0
    for subscription in company.recurly["subscriptions"]:
        current = [
            line
            for line in covering[subscription["id"]]
            if line["start_date"] < company.as_of <= line["end_date"]
        ]
        if subscription["state"] == "active" and current:
            latest = max(current, key=lambda line: line["start_date"])
            assert latest["quantity"] == subscription["quantity"], subscription["id"]
            assert latest["unit_amount"] == subscription["unit_amount"]
            compared += 1
    assert compared > 80


def test_a_change_inside_a_period_is_prorated_and_credits_the_rest_of_the_old_quantity(
    company: Company,
) -> None:
    changes = [i for i in company.recurly["invoices"] if i["origin"] == "immediate_change"]
    assert len(changes) > 10
    for invoice in changes:
        charge = next(line for line in invoice["line_items"] if line["type"] == "charge")
        credit = next(line for line in invoice["line_items"] if line["type"] == "credit")
        assert 0 < charge["proration_rate"] < 1
        full = charge["unit_amount"] * charge["quantity"]
        assert charge["subtotal"] == pytest.approx(full * charge["proration_rate"], abs=0.01)
        assert credit["subtotal"] < 0 and credit["quantity"] < charge["quantity"]


def test_an_invoice_adds_up_and_its_state_fits_its_balance(company: Company) -> None:
    states = set()
    for invoice in company.recurly["invoices"]:
        lines = invoice["line_items"]
        assert invoice["total"] == pytest.approx(sum(line["amount"] for line in lines), abs=0.01)
        assert invoice["total"] == pytest.approx(
            invoice["subtotal"] - invoice["discount"] + invoice["tax"], abs=0.01
        )
        states.add(invoice["state"])
        if invoice["state"] in ("voided", "closed"):
            # Withdrawn, or a credit that is spent: nothing is owed either way.
            assert invoice["balance"] == invoice["paid"] == 0 and invoice["closed_at"]
            continue
        credited = sum(payment["amount"] for payment in invoice["credit_payments"])
        settled = invoice["paid"] + credited
        assert invoice["balance"] == pytest.approx(invoice["total"] - settled, abs=0.01)
        assert (invoice["state"] == "paid") == (invoice["balance"] == 0)
        assert (invoice["closed_at"] is None) == (invoice["state"] in ("pending", "past_due"))
    assert states == {"pending", "past_due", "paid", "failed", "voided", "closed"}


def test_subscriptions_are_seen_in_every_state(company: Company) -> None:
    subscriptions = company.recurly["subscriptions"]
    assert {s["state"] for s in subscriptions} == {"active", "canceled", "expired"}
    assert {s["expiration_reason"] for s in subscriptions} >= {None, "canceled"}
    assert {s["currency"] for s in subscriptions} == {"USD", "EUR"}
    for subscription in subscriptions:
        is_over = subscription["expires_at"] and subscription["expires_at"] < company.as_of
        assert (subscription["state"] == "expired") == bool(is_over)
        assert (subscription["state"] == "active") == (subscription["expires_at"] is None)


def test_contracts_run_without_a_gap_where_nothing_is_billed_here(company: Company) -> None:
    billed = {truth.account_id for truth in company.truth if "recurly" in truth.links}
    terms = defaultdict(list)
    for contract in company.salesforce["Contract"]:
        if contract["AccountId"] not in billed:
            terms[contract["AccountId"]].append((contract["StartDate"], contract["EndDate"]))
    assert len(terms) >= 3
    for periods in terms.values():
        periods.sort()
        gaps = [b[0] for a, b in zip(periods, periods[1:], strict=False) if a[1] < b[0]]
        returns = {since.date() for t in company.truth for since, _ in t.paid}
        assert set(gaps) <= returns


def test_some_invoices_are_paid_in_parts_or_with_a_credit(company: Company) -> None:
    credited = in_parts = 0
    for invoice in company.recurly["invoices"]:
        paid = [t["amount"] for t in invoice["transactions"] if t["success"]]
        assert invoice["paid"] == pytest.approx(sum(paid), abs=0.01)
        credited += bool(invoice["credit_payments"])
        in_parts += len(paid) > 1
    assert credited > 50 and in_parts > 10
