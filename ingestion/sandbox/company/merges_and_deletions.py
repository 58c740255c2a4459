"""Records that people merge or delete one day, and a hierarchy that bites its own tail.

These fates are so rare that they belong to fixed numbers of every 200 accounts: also a small
company has them, and a larger one changes nothing. Of each kind one lies after the default clock,
for runs that see the record before and after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ingestion.sandbox.company.traits import Account
from ingestion.sandbox.company.vendor_ids import salesforce_id, zendesk_id

BLOCK = 200
# Number in the block -> when its second record in the CRM is merged into the first: 1 %.
MERGED_IN_CRM = {
    8: datetime(2025, 9, 18, 9, 40),
    117: datetime(2026, 4, 7, 14, 12),
    46: datetime(2026, 11, 24, 13, 5),
}
# When the CRM's record is deleted, and everything below it: .5 %.
DELETED_IN_CRM = {42: datetime(2026, 5, 20, 8, 15), 57: datetime(2026, 11, 22, 16, 30)}
# When its old support organisation is merged into the usual one: .5 %.
MERGED_IN_SUPPORT = {12: datetime(2025, 11, 5, 11, 20), 30: datetime(2026, 11, 26, 10, 45)}
# Each is the parent of the one before, and the first that of the last.
PARENT_CYCLE = (2, 4, 6)
PARENTS_KNOWN_FROM = datetime(2026, 2, 3, 15)
FIRST_DUPLICATE = 920_000
FILED_APART = 0.4


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A second record of an account in the CRM, and the instant it is merged into the first."""

    account_id: str
    created_at: datetime
    merged_at: datetime


def duplicate_of(account: Account) -> Duplicate | None:
    merged_at = MERGED_IN_CRM.get(account.index % BLOCK)
    created = (account.starts_at - timedelta(days=10)).replace(microsecond=0)
    if merged_at is None or account.is_test or created >= merged_at:
        return None
    identity = salesforce_id("Account", FIRST_DUPLICATE + account.index)
    return Duplicate(identity, created, merged_at)


def deleted_at(account: Account) -> datetime | None:
    return None if account.is_test else DELETED_IN_CRM.get(account.index % BLOCK)


def parent_id(account: Account) -> str | None:
    """The account above this one, once PARENTS_KNOWN_FROM is over."""
    block, number = divmod(account.index, BLOCK)
    if block or number not in PARENT_CYCLE:
        return None
    place = PARENT_CYCLE.index(number)
    return salesforce_id("Account", PARENT_CYCLE[(place + 1) % len(PARENT_CYCLE)])


def old_organization(account: Account) -> tuple[int, datetime] | None:
    """A support organisation besides the usual one, and when it is merged into that."""
    merged_at = MERGED_IN_SUPPORT.get(account.index % BLOCK)
    if merged_at is None or account.is_test or account.starts_at >= merged_at:
        return None
    return zendesk_id("organization", account.index, 9), merged_at


def is_filed_apart(account: Account, record_id: str, created: datetime) -> bool:
    """Whether a record was made under the account's second record in the CRM."""
    duplicate = duplicate_of(account)
    if duplicate is None or not duplicate.created_at <= created < duplicate.merged_at:
        return False
    number = int.from_bytes(record_id[7:15].encode())
    return account.dice.uniform("duplicate:child", number) < FILED_APART
