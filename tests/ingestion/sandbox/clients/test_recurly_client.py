"""Recurly's service under Recurly's official client, strict about what it does not know."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ingestion.sandbox.certificates import Certificates
from ingestion.sandbox.company import Company
from ingestion.sandbox.faults import read_fault
from tests.ingestion.conftest import services
from tests.ingestion.sandbox.clients.conftest import AS_OF, host

recurly = pytest.importorskip("recurly", reason="needs the dependency group `clients`")

Record = dict[str, Any]
OLDEST_FIRST = {"order": "asc", "limit": 200}


@pytest.fixture
def client(settings: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Any:
    return connected(settings, monkeypatch)


def connected(settings: dict[str, str], monkeypatch: pytest.MonkeyPatch, key: str = "") -> Any:
    """A client that knows the sandbox among its hosts; fields unknown to it are errors."""
    name, port = host(settings, "recurly")
    monkeypatch.setitem(recurly.base_client.API_HOSTS, "local", name)
    monkeypatch.setattr(recurly.base_client, "PORT", port)
    monkeypatch.setattr(recurly, "STRICT_MODE", True)
    return recurly.Client(key or settings["SOURCES__RECURLY__API_KEY"], region="local")


def ids(items: Any) -> list[str]:
    return [item.id for item in items]


def naive(moment: datetime | None) -> datetime | None:
    return moment and moment.astimezone(UTC).replace(tzinfo=None)


def same(shown: Any, row: Record, *names: str) -> None:
    """The client's object has the record's values, of which times lose their microseconds."""
    for name in names:
        value, expected = getattr(shown, name), row.get(name)
        if isinstance(expected, datetime):
            assert naive(value) == expected.replace(microsecond=0), name
        else:
            assert value == expected, name


def by_time(rows: list[Record], field: str = "created_at") -> list[str]:
    return [row["id"] for row in sorted(rows, key=lambda row: (row[field], row["id"]))]


def test_all_accounts_are_listed_over_several_pages(client: Any, company: Company) -> None:
    rows = {row["id"]: row for row in company.recurly["accounts"]}
    pages = list(client.list_accounts(params={"limit": 5}).pages())
    accounts = list(client.list_accounts(params={"limit": 5}).items())
    assert [len(page) for page in pages] == [5, 5, 4]
    assert ids(accounts) == by_time(list(rows.values()))[::-1]
    for account in accounts:
        same(account, rows[account.id], "code", "email", "company", "state", "bill_to")
        same(account, rows[account.id], "created_at", "updated_at", "deleted_at")
        assert [(f.name, f.value) for f in account.custom_fields] == [
            (f["name"], f["value"]) for f in rows[account.id]["custom_fields"]
        ]


def test_a_list_is_counted_and_its_first_is_the_newest(client: Any, company: Company) -> None:
    pager = client.list_accounts()
    assert pager.count() == len(company.recurly["accounts"])
    assert pager.first().id == by_time(company.recurly["accounts"])[-1]
    assert len(client.list_accounts(params={}).take(3)) == 3


def test_what_changed_since_a_time_comes_in_the_order_of_the_changes(
    client: Any, company: Company
) -> None:
    rows = sorted(company.recurly["invoices"], key=lambda row: row["updated_at"])
    begin, end = rows[10]["updated_at"], rows[-10]["updated_at"]
    options = {"sort": "updated_at", "order": "asc", "limit": 7, "end_time": end}
    pager = client.list_invoices(params=options | {"begin_time": begin.replace(tzinfo=UTC)})
    expected = [row for row in rows if begin <= row["updated_at"] <= end]
    assert ids(pager.items()) == by_time(expected, "updated_at")
    assert client.list_invoices(params=options | {"begin_time": begin}).count() == len(expected)


def test_more_ids_than_a_page_holds_are_all_found(client: Any, company: Company) -> None:
    wanted = [row["id"] for row in company.recurly["invoices"][:25]]
    found = client.list_invoices(params={"ids": wanted})
    assert sorted(ids(found.items())) == sorted(wanted)


def test_an_account_is_known_by_its_id_and_by_its_code(client: Any, company: Company) -> None:
    row = company.recurly["accounts"][3]
    for key in (row["id"], f"code-{row['code']}"):
        same(client.get_account(key), row, "id", "code", "email", "has_live_subscription")


def test_accounts_are_filtered_by_their_email_and_subscription(
    client: Any, company: Company
) -> None:
    rows = company.recurly["accounts"]
    email = rows[2]["email"]
    found = ids(client.list_accounts(params={"email": email}).items())
    assert sorted(found) == sorted(row["id"] for row in rows if row["email"] == email)
    for wanted in (True, False):
        subscribed = client.list_accounts(params={"subscriber": wanted, "limit": 200})
        assert set(ids(subscribed.items())) == {
            row["id"] for row in rows if row["has_live_subscription"] == wanted
        }


def test_the_balance_of_an_account_is_what_is_past_due(client: Any, company: Company) -> None:
    owing = {
        row["account"]["id"]: row["currency"]
        for row in company.recurly["invoices"]
        if row["type"] == "charge"
        and row["balance"] > 0
        and row["due_at"]
        and row["due_at"] < AS_OF
    }
    for account in company.recurly["accounts"]:
        balance = client.get_account_balance(account["id"])
        assert balance.account.code == account["code"]
        assert balance.past_due == (account["id"] in owing)
        if account["id"] in owing:
            owed = sum(
                row["balance"]
                for row in company.recurly["invoices"]
                if row["account"]["id"] == account["id"]
                and row["type"] == "charge"
                and row["due_at"]
                and row["due_at"] < AS_OF
            )
            assert balance.balances[0].amount == pytest.approx(owed)


def test_subscriptions_carry_plan_account_and_add_ons(client: Any, company: Company) -> None:
    rows = {row["id"]: row for row in company.recurly["subscriptions"]}
    shown = list(client.list_subscriptions(params=OLDEST_FIRST).items())
    assert ids(shown) == by_time(list(rows.values()))
    for subscription in shown:
        row = rows[subscription.id]
        same(subscription, row, "state", "quantity", "unit_amount", "auto_renew", "total")
        same(subscription, row, "current_term_ends_at", "canceled_at", "trial_ends_at")
        assert subscription.plan.code == row["plan"]["code"]
        assert subscription.account.code == row["account"]["code"]
        assert [a.add_on.code for a in subscription.add_ons or ()] == [
            a["add_on"]["code"] for a in row["add_ons"] or ()
        ]
    first = next(iter(rows.values()))
    assert client.get_subscription(f"uuid-{first['uuid']}").id == first["id"]


def test_subscriptions_are_filtered_by_state(client: Any, company: Company) -> None:
    rows = company.recurly["subscriptions"]
    live = {"active", "canceled", "future"}
    for wanted, states in (("active", {"active"}), ("expired", {"expired"}), ("live", live)):
        shown = client.list_subscriptions(params={"state": wanted, "limit": 200})
        assert set(ids(shown.items())) == {r["id"] for r in rows if r["state"] in states}


def test_invoices_embed_their_lines_and_transactions(client: Any, company: Company) -> None:
    rows = {row["id"]: row for row in company.recurly["invoices"]}
    shown = list(client.list_invoices(params=OLDEST_FIRST).items())
    assert len(shown) == len(rows)
    for invoice in shown:
        row = rows[invoice.id]
        same(invoice, row, "number", "type", "state", "total", "balance", "due_at", "closed_at")
        same(invoice, row, "dunning_events_sent", "subscription_ids", "has_more_line_items")
        assert ids(invoice.line_items) == [line["id"] for line in row["line_items"]]
        assert ids(invoice.transactions) == [t["id"] for t in row["transactions"]]
    numbered = next(iter(rows.values()))
    assert client.get_invoice(f"number-{numbered['number']}").id == numbered["id"]


def test_line_items_are_listed_and_found_under_their_invoice(client: Any, company: Company) -> None:
    rows = {row["id"]: row for row in company.recurly["line_items"]}
    shown = list(client.list_line_items(params=OLDEST_FIRST).items())
    assert {line.id for line in shown} == rows.keys()
    for line in shown:
        same(line, rows[line.id], "type", "state", "origin", "amount", "quantity", "start_date")
    invoice = next(iter(rows.values()))["invoice_id"]
    own = client.list_invoice_line_items(invoice, params=OLDEST_FIRST).items()
    assert set(ids(own)) == {r["id"] for r in rows.values() if r["invoice_id"] == invoice}
    key = next(iter(rows))
    same(client.get_line_item(key), rows[key], "amount", "plan_code")


def test_transactions_name_their_invoice(client: Any, company: Company) -> None:
    invoices = {
        row["id"]: invoice
        for invoice in company.recurly["invoices"]
        for row in invoice["transactions"]
    }
    shown = list(client.list_transactions(params=OLDEST_FIRST).items())
    assert {transaction.id for transaction in shown} == invoices.keys() != set()
    for transaction in shown:
        assert transaction.invoice.number == invoices[transaction.id]["number"]
        assert client.get_transaction(transaction.id).amount == transaction.amount
    declined = client.list_transactions(params={"success": False, "limit": 200})
    assert set(ids(declined.items())) == {t.id for t in shown if not t.success}


def test_credit_payments_name_both_invoices(client: Any, company: Company) -> None:
    rows = {
        row["id"]: row
        for invoice in company.recurly["invoices"]
        for row in invoice["credit_payments"]
    }
    shown = list(client.list_credit_payments(params=OLDEST_FIRST).items())
    assert {payment.id for payment in shown} == rows.keys() != set()
    for payment in shown:
        row = rows[payment.id]
        same(payment, row, "action", "amount", "currency", "voided_at")
        assert payment.applied_to_invoice.id == row["applied_to_invoice"]["id"]
        own = client.list_account_credit_payments(row["account"]["id"], params=OLDEST_FIRST)
        assert payment.id in ids(own.items())


def test_plans_and_their_add_ons_have_prices(client: Any, company: Company) -> None:
    add_ons = company.recurly["add_ons"]
    plans = {row["id"]: row for row in company.recurly["plans"]}
    shown = list(client.list_plans(params=OLDEST_FIRST).items())
    assert {plan.id for plan in shown} == plans.keys()
    for plan in shown:
        same(plan, plans[plan.id], "code", "name", "interval_unit", "interval_length")
        prices = [(c.currency, c.unit_amount) for c in plan.currencies]
        assert prices == [(c["currency"], c["unit_amount"]) for c in plans[plan.id]["currencies"]]
        assert client.get_plan(f"code-{plan.code}").id == plan.id
        own = [row for row in add_ons if row["plan_id"] == plan.id]
        assert set(ids(client.list_plan_add_ons(plan.id, params=OLDEST_FIRST).items())) == {
            row["id"] for row in own
        }
        for key in (own[0]["id"], f"code-{own[0]['code']}"):
            assert client.get_plan_add_on(plan.id, key).id == own[0]["id"]
    assert client.list_add_ons().count() == len(add_ons)
    same(client.get_add_on(add_ons[0]["id"]), add_ons[0], "code", "name", "state", "plan_id")


def test_what_the_company_lacks_is_an_empty_list(client: Any, company: Company) -> None:
    account = company.recurly["accounts"][0]["id"]
    subscription = company.recurly["subscriptions"][0]
    lists = [
        client.list_account_coupon_redemptions(account),
        client.list_account_notes(account),
        client.list_entitlements(account),
        client.list_invoice_coupon_redemptions(company.recurly["invoices"][0]["id"]),
        client.list_subscription_coupon_redemptions(subscription["id"]),
        client.list_usage(subscription["id"], company.recurly["add_ons"][0]["id"]),
        client.list_measured_unit(),
        client.list_dunning_campaigns(),
        client.list_custom_field_definitions(params={"related_type": "account"}),
    ]
    assert [list(pager.items()) for pager in lists] == [[]] * len(lists)
    assert client.get_export_dates().dates == []


def test_the_site_is_known(client: Any) -> None:
    (site,) = client.list_sites().items()
    assert client.get_site(site.id).subdomain == client.get_site("subdomain-sandbox").subdomain
    assert client.list_sites().count() == 1


def test_refusals_are_the_errors_that_the_client_knows(
    client: Any, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(recurly.errors.NotFoundError, match="Couldn't find account"):
        client.get_account("code-nobody")
    with pytest.raises(recurly.errors.UnauthorizedError):
        connected(settings, monkeypatch, key="wrong").list_accounts().first()
    with pytest.raises(recurly.errors.ValidationError) as refused:
        client.list_accounts(params={}).take(201)
    assert refused.value.error.params[0]["param"] == "limit"
    late = {"begin_time": AS_OF + timedelta(days=1)}
    assert client.list_accounts(params=late).first() is None


FAULTS = {
    "recurly:/accounts:rate_limit:always": "RateLimitedError",
    "recurly:/invoices:expired_token:always": "UnauthorizedError",
    "recurly:/plans:502:always": "BadGatewayError",
    "recurly:/add_ons:lost_cursor:always": "BadRequestError",
}


def test_faults_are_errors_that_the_client_knows(
    company: Company, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = [read_fault(fault) for fault in FAULTS]
    with services(company, AS_OF, (), faults, certificates) as settings:
        client = connected(settings, monkeypatch)
        for fault, error in FAULTS.items():
            pager = getattr(client, f"list_{fault.split(':')[1].strip('/')}")()
            with pytest.raises(getattr(recurly.errors, error)):
                list(pager.items())


def test_a_vendor_out_of_order_is_an_error_that_the_client_knows(
    company: Company, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    with services(company, AS_OF, ("recurly",), certificates=certificates) as settings:
        pager = connected(settings, monkeypatch).list_accounts()
        with pytest.raises(recurly.errors.InternalServerError, match="out of order"):
            pager.first()
