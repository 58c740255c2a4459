"""Which of an account's CRM records are filed under the record that is scored."""

from datetime import datetime

from ingestion.sandbox.company.merges_and_deletions import (
    deleted_at,
    duplicate_of,
    is_filed_apart,
)
from ingestion.sandbox.company.story import Story


def is_known(story: Story, as_of: datetime) -> bool:
    """Whether the CRM has the account: a deleted one is none, also in the months before."""
    gone = deleted_at(story.account)
    return gone is None or gone >= as_of


def has_two_records(story: Story, as_of: datetime) -> bool:
    """The account is in the CRM twice, and nobody has merged the two yet."""
    duplicate = duplicate_of(story.account)
    return duplicate is not None and duplicate.merged_at >= as_of


def is_filed_here(story: Story, record: dict, as_of: datetime) -> bool:
    """What was filed under a second record is the account's once the two are merged."""
    apart = is_filed_apart(story.account, record["Id"], record["CreatedDate"])
    return not (apart and has_two_records(story, as_of))
