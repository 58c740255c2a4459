"""The contacts that the CRM knew at an instant: whose they were, in which role, of which level."""

from datetime import datetime
from functools import cache

import pandas as pd

from ingestion.sandbox.company.contacts import Contact, simulate_contacts
from ingestion.sandbox.company.crm_contacts import contact_paths, known_seniority
from ingestion.sandbox.company.merges_and_deletions import duplicate_of
from ingestion.sandbox.company.story import Story
from tests.metric_oracles.crm_parents import has_two_records
from tests.metric_oracles.seeds import seed
from tests.metric_oracles.states import within
from tests.metric_oracles.world import World


def account_at(story: Story, contact: Contact, instant: datetime) -> str:
    """Where the contact is filed; of two records that were never merged it may be either."""
    filed = contact_paths(story, contact)["AccountId"]
    return [account for at, account in filed if at < instant or at == filed[0][0]][-1]


@cache
def level_of(title: str) -> str | None:
    """What a title says of the level: of the seed's words in it the longest."""
    words = seed("seniority_titles")
    said = "_" + "_".join(title.lower().split()) + "_"
    found = words[[f"_{word}_" in said for word in words.title_words]]
    if found.empty:
        return None
    return found.loc[found.title_words.str.len().idxmax()].seniority


@cache
def contacts_then(world: World) -> pd.DataFrame:
    """Every contact that the CRM knew at t, with the role that it had there then."""
    rows = []
    for story in world.customers:
        for contact in simulate_contacts(story):
            paths = contact_paths(story, contact)
            level = known_seniority(story, contact) or level_of(contact.title)
            steps = sorted({at for path in paths.values() for at, _ in path})
            for at, until in zip(steps, [*steps[1:], pd.Timestamp.max], strict=True):
                then = {
                    field: [value for moment, value in path if moment <= at][-1]
                    for field, path in paths.items()
                }
                rows.append(
                    (_scored(story, then["AccountId"], world), contact.contact_id, level.lower(),
                     then["Role_Type__c"], at, until, contact.left_at, contact.bounced_at)
                )  # fmt: skip
    columns = ["account_id", "contact_id", "seniority", "role", "at", "until", "left", "bounced"]
    known = pd.DataFrame(rows, columns=columns)
    for column in ("until", "left", "bounced"):
        known[column] = pd.to_datetime(known[column])
    then = within(world.months, known)
    return then[then.until >= then.t].drop(columns="at")


def _scored(story: Story, filed: str, world: World) -> str:
    """What was filed under a record that is merged by now is filed under the surviving one."""
    duplicate = duplicate_of(story.account)
    is_merged = duplicate and not has_two_records(story, world.as_of)
    return story.account.account_id if is_merged and filed == duplicate.account_id else filed
