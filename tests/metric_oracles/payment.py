"""Payment: what was due and is not paid, and which charges failed."""

from datetime import timedelta
from functools import cache

import pandas as pd

from ingestion.sandbox.company.invoices import bill
from ingestion.sandbox.company.payments import pays_manually
from tests.metric_oracles.account_months import billings
from tests.metric_oracles.states import KEYS, days_since, judged, within
from tests.metric_oracles.world import World


@cache
def _invoices(world: World) -> pd.DataFrame:
    """Every charge invoice, with its payments and credits as (instant, amount); a day on which it
    falls due that is not written down follows from its terms."""
    rows = []
    for story in world.customers:
        for billed in billings(story, world.as_of):
            for invoice in bill(billed, world.as_of)[0]:
                if invoice["type"] != "charge":
                    continue
                terms = timedelta(days=invoice["net_terms"])
                is_voided = invoice["state"] == "voided"
                paid = [t for t in invoice["transactions"] if t["success"]]
                rows.append(
                    {
                        "account_id": story.account.account_id,
                        "invoice_id": invoice["id"],
                        "at": invoice["due_at"] or invoice["created_at"] + terms,
                        "voided_at": invoice["updated_at"] if is_voided else pd.NaT,
                        "total": invoice["total"],
                        "settled": [
                            (part["created_at"], part["amount"])
                            for part in paid + invoice["credit_payments"]
                        ],
                        "attempts": invoice["transactions"],
                        "is_automatic": not pays_manually(story.account),
                    }
                )
    return pd.DataFrame(rows)


@cache
def due_invoices(world: World) -> pd.DataFrame:
    """Invoices due before t and not voided before it, with what was still owed then."""
    rows = within(world.months, _invoices(world))
    rows = rows[~(rows.voided_at < rows.t)]
    settled = [
        sum(amount for moment, amount in parts if moment < t)
        for parts, t in zip(rows.settled, rows.t, strict=True)
    ]
    return rows.assign(balance=(rows.total - settled).clip(lower=0).round(2))


def days_past_due(world: World) -> pd.DataFrame:
    months, due = world.months, due_invoices(world)
    oldest = due[due.balance > 0].groupby(KEYS)["at"].min()
    return judged(months, days_since(months, oldest).fillna(0), unmapped=~months.on_recurly)


def current_invoice_paid(world: World) -> pd.DataFrame:
    """Of two that fell due at the same instant both."""
    months, due = world.months, due_invoices(world)
    last = due[due["at"] == due.groupby(KEYS)["at"].transform("max")]
    owed = last.groupby(KEYS).balance.sum().reindex(months.index)
    return judged(
        months, (owed == 0).astype(float), unmapped=~months.on_recurly, too_little=owed.isna()
    )


def overdue_balance_ratio(world: World) -> pd.DataFrame:
    """An account has one currency here, so that no rate matters."""
    months = world.months
    owed = due_invoices(world).groupby(KEYS).balance.sum().reindex(months.index, fill_value=0)
    return judged(
        months,
        owed / months.period_amount.replace(0, float("nan")),
        unmapped=~months.on_recurly,
        not_recorded=months.period_amount == 0,
    )


def failed_payment_rate(world: World) -> pd.DataFrame:
    """Of invoices charged automatically."""
    months, invoices = world.months, _invoices(world)
    tried = pd.DataFrame(
        [
            (account_id, invoice_id, attempt["created_at"], attempt["status"] == "declined")
            for account_id, invoice_id, attempts, is_automatic in zip(
                invoices.account_id, invoices.invoice_id, invoices.attempts, invoices.is_automatic,
                strict=True,
            )
            if is_automatic
            for attempt in attempts
        ],
        columns=["account_id", "invoice_id", "at", "is_declined"],
    )  # fmt: skip
    recent = within(months, tried, days=90)
    declined = recent.groupby([*KEYS, "invoice_id"]).is_declined.any().groupby(KEYS).mean()
    manual = {s.account.account_id for s in world.customers if pays_manually(s.account)}
    return judged(
        months,
        declined,
        unmapped=~months.on_recurly,
        not_recorded=pd.Series(months.index.get_level_values(0).isin(manual), months.index),
        too_little=declined.reindex(months.index).isna(),
    )
