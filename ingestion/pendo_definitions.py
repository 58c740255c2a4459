"""What Pendo's events refer to: accounts, visitors, features, track types and guides.

They have no tombstones and are replaced whole.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ingestion.incremental_resource import Records
from ingestion.pendo_aggregation import pages, source_step
from ingestion.pendo_days import epoch_ms
from ingestion.tables import Table, fields
from ingestion.vendor_errors import VendorLoadError
from ingestion.warehouse_file import connection, raw_schema

VENDOR = "pendo"
# A subscription in use has some of these, whatever became of single ones.
NEVER_EMPTY = {"accounts", "visitors"}

# Pendo's name of the rows, the field that orders them, when a row came to be, the table.
DEFINITIONS: list[tuple[str, str, str, Table]] = [
    (
        "accounts",
        "accountId",
        "metadata.auto.firstvisit",
        Table(
            "accounts",
            fields(
                text="accountId metadata.agent.name metadata.agent.domain "
                "metadata.agent.salesforceaccountid metadata.agent.environment",
                integer="metadata.auto.firstvisit metadata.auto.lastupdated",
            ),
            key=(),
            domain_of="metadata.agent.domain",
            custom_in="metadata.custom",
        ),
    ),
    (
        "visitors",
        "visitorId",
        "metadata.auto.firstvisit",
        Table(
            "visitors",
            fields(
                text="visitorId metadata.auto.accountid metadata.agent.email metadata.agent.role",
                flag="metadata.pendo.donotprocess",
                integer="metadata.auto.firstvisit metadata.auto.lastvisit "
                "metadata.auto.lastupdated metadata.agent.invitedat",
            ),
            key=(),
            domain_of="metadata.agent.email",
        ),
    ),
    (
        "features",
        "id",
        "createdAt",
        Table(
            "features",
            fields(text="id name group.name", flag="isCoreEvent", integer="lastUpdatedAt"),
            key=(),
        ),
    ),
    (
        "trackTypes",
        "id",
        "createdAt",
        Table("track_types", fields(text="id name trackTypeName", integer="lastUpdatedAt"), ()),
    ),
    (
        "guides",
        "id",
        "createdAt",
        Table(
            "guides",
            fields(text="id name state"),
            key=(),
            lists={"polls": fields(text="id attributes.type")},
        ),
    ),
]


def definitions_of(
    resource: str, name: str, key: str, born: str, since: datetime, as_of: datetime
) -> Iterator[Records]:
    """All rows there are; Pendo cannot show them as they were, but none from after as_of."""
    steps = born.split(".")
    for page in pages(resource, [source_step(name)], key):
        if not page and resource in NEVER_EMPTY:
            _refuse_to_empty(resource)
        yield [row for row in page if (_at(row, steps) or 0) < epoch_ms(as_of)]


def _refuse_to_empty(resource: str) -> None:
    """An empty answer is right only as long as there never was a row."""
    with connection() as warehouse:
        known = warehouse.execute(
            f"select count(*) from {raw_schema(VENDOR)}.{resource}"
        ).fetchone()[0]
    if known:
        raise VendorLoadError(
            VENDOR,
            resource,
            cause=f"Pendo lists none although it listed {known} before, which looks like a lost "
            "permission and not like deletions; they were left as they are",
            remedy="check what the key may read. Where all were really deleted, empty "
            f"{raw_schema(VENDOR)}.{resource} by hand",
        )


def _at(row: Any, steps: list[str]) -> Any:
    for step in steps:
        row = (row or {}).get(step)
    return row
