"""Recurly: accounts, subscriptions, invoices with their lines and payments, plans and add-ons.

Every list has the same shape: sorted by `updated_at`, bounded on both sides, followed by its
relative `next`. Facts about the API: https://recurly.com/developers/api/v2021-02-25/ ; the
requests are made by dlt's REST client, with the paginator named.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import dlt
from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.paginators import JSONLinkPaginator

from ingestion.http_client import vendor_session
from ingestion.incremental_resource import Records, table_resource
from ingestion.paging import EndingPaginator
from ingestion.settings import required_setting
from ingestion.tables import Table, fields

if TYPE_CHECKING:
    from dlt.extract import DltResource

VENDOR = "recurly"
API_VERSION = "application/vnd.recurly.v2021-02-25"
OVERLAP = timedelta(minutes=5)
PAGE_SIZE = 200
NEWEST = "updated_at"

TABLES = [
    Table(
        "accounts",
        fields(
            text="id code state email company parent_account_id",
            instant="created_at updated_at deleted_at",
        ),
        newest=NEWEST,
        domain_of="email",
        lists={"custom_fields": fields(text="name value")},
    ),
    Table(
        "subscriptions",
        fields(
            text="id uuid account.id account.code plan.id plan.code state currency "
            "expiration_reason collection_method",
            flag="auto_renew",
            integer="quantity",
            number="unit_amount add_ons_total subtotal tax total",
            instant="current_period_started_at current_period_ends_at "
            "current_term_started_at current_term_ends_at trial_started_at trial_ends_at "
            "activated_at canceled_at expires_at created_at updated_at",
        ),
        newest=NEWEST,
        lists={
            "add_ons": fields(
                text="id add_on.code",
                integer="quantity",
                number="unit_amount",
                instant="expired_at",
            )
        },
    ),
    Table(
        "invoices",
        fields(
            text="id number type origin state account.id currency collection_method net_terms_type",
            integer="net_terms",
            number="subtotal discount tax total paid balance",
            instant="due_at closed_at created_at updated_at",
        ),
        newest=NEWEST,
    ),
    Table(
        "line_items",
        fields(
            text="id type state origin account.id subscription_id plan_code add_on_code "
            "invoice_id currency",
            flag="refund",
            integer="quantity",
            number="unit_amount amount subtotal discount tax proration_rate",
            instant="start_date end_date created_at updated_at",
        ),
        newest=NEWEST,
    ),
    Table(
        "transactions",
        fields(
            text="id type origin status status_code account.id invoice.id currency "
            "collection_method",
            flag="success",
            number="amount",
            instant="created_at updated_at voided_at collected_at",
        ),
        newest=NEWEST,
    ),
    Table(
        "credit_payments",
        fields(
            text="id action account.id applied_to_invoice.id original_invoice.id currency",
            number="amount",
            instant="created_at updated_at voided_at",
        ),
        newest=NEWEST,
    ),
    Table(
        "plans",
        fields(
            text="id code name state interval_unit",
            integer="interval_length",
            instant="created_at updated_at deleted_at",
        ),
        newest=NEWEST,
    ),
    Table(
        "add_ons",
        fields(text="id code name plan_id state add_on_type", instant="updated_at"),
        newest=NEWEST,
    ),
]


class ListPaginator(EndingPaginator, JSONLinkPaginator):
    """Follows `next`, a path that carries all parameters."""


@dlt.source(name=VENDOR, section=VENDOR)
def recurly_source(as_of: datetime, is_full: bool = False) -> "Iterable[DltResource]":
    """Every table: what changed since its watermark and before as_of (UTC), or everything."""
    return [
        table_resource(VENDOR, table, as_of, partial(_pages, table.name), OVERLAP, is_full)
        for table in TABLES
    ]


def client() -> RESTClient:
    """A client for the site that the key belongs to."""
    from requests.auth import HTTPBasicAuth

    return RESTClient(
        required_setting(VENDOR, "base_url"),
        headers={"Accept": API_VERSION},
        # The key is the user name; there is no password.
        auth=HTTPBasicAuth(required_setting(VENDOR, "api_key"), ""),
        session=vendor_session(raise_for_status=False),
    )


def _pages(path: str, since: datetime, as_of: datetime) -> Iterator[Records]:
    return client().paginate(
        path,
        params={
            "sort": "updated_at",
            "order": "asc",
            "begin_time": f"{since.isoformat()}Z",
            # Both bounds are inclusive, and as_of itself is not part of the window.
            "end_time": f"{(as_of - timedelta(microseconds=1)).isoformat()}Z",
            "limit": PAGE_SIZE,
        },
        paginator=ListPaginator(next_url_path="next"),
        data_selector="data",
    )
