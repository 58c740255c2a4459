"""Engagement: when and how customers talked with us."""

from datetime import datetime, time
from functools import cache

import pandas as pd

from ingestion.sandbox.company.contacts import simulate_contacts
from ingestion.sandbox.company.crm_activities import activity_records
from ingestion.sandbox.company.crm_contacts import known_email
from ingestion.sandbox.company.crm_tasks import touch_id
from ingestion.sandbox.company.crm_users import csm_path
from ingestion.sandbox.company.engagements import simulate_touches
from ingestion.sandbox.company.outreach import outreach_records
from ingestion.sandbox.company.story import Story
from tests.metric_oracles.contacts import account_at
from tests.metric_oracles.crm_parents import is_filed_here
from tests.metric_oracles.states import KEYS, counted, days_since, judged, within
from tests.metric_oracles.world import World

TWO_WAY = ("call", "meeting", "email", "webinar")
ACTIVITIES = ("Task", "Event", "EmailMessage")
# The record that tells of a touch; of an exchange of e-mails the customer's message.
RECORD_OF = {"call": ("Task",), "meeting": ("Event",), "email": ("EmailMessage", 1)}
ENGAGEMENT = ["account_id", "method", "contact_id", "owner_id", "at"]


@cache
def messages(world: World) -> pd.DataFrame:
    """Outreach, with when a person answered."""
    rows = []
    for story in world.customers:
        sent = outreach_records(story, simulate_contacts(story), csm_path(story), world.as_of)
        rows += [row for row in sent if is_filed_here(story, row, world.as_of)]
    sent = pd.DataFrame(rows).rename(
        columns={
            "Account__c": "account_id",
            "Contact__c": "contact_id",
            "OwnerId": "owner_id",
            "Sent_At__c": "at",
            "Acted_At__c": "acted_at",
        }
    )
    return sent.assign(answered_at=sent.Responded_At__c.where(~sent.Auto_Reply__c))


@cache
def engagements_of(world: World) -> pd.DataFrame:
    """Two-way engagements, one row per contact of the customer who took part."""
    rows = [row for story in world.customers for row in _touches(story, world)]
    answered = messages(world)
    answered = answered[answered.answered_at.notna()]
    answered = answered.assign(method="message", at=answered.answered_at)
    both = pd.concat([pd.DataFrame(rows, columns=ENGAGEMENT), answered[ENGAGEMENT]])
    return both.assign(day=both["at"].dt.normalize())


def _touches(story: Story, world: World) -> list[tuple]:
    """Two-way touches that the CRM knows of and can lay to a contact, as it dates them."""
    contacts = simulate_contacts(story)
    touches = simulate_touches(story, contacts, csm_path(story))
    records = activity_records(story, touches, world.as_of)
    by_id = {row["Id"]: row for name in ACTIVITIES for row in records[name]}
    declined = {
        (relation["EventId"], relation["RelationId"])
        for relation in records["EventRelation"]
        if relation["Status"] == "Declined"
    }
    account_id, rows = story.account.account_id, []
    for touch in touches:
        if touch.kind not in TWO_WAY or touch.at >= world.as_of:
            continue
        first, owner = touch.contacts[0], touch.owner_id
        if touch.kind == "webinar":
            # A member of a campaign has no account but that of the contact; it counts on its day.
            if account_at(story, first, world.as_of) == account_id:
                rows.append((account_id, "webinar", first.contact_id, None, _midnight(touch.at)))
            continue
        row = by_id.get(touch_id(story, touch, *RECORD_OF[touch.kind]))
        if row is None or not is_filed_here(story, row, world.as_of):
            continue
        if touch.kind == "meeting":
            rows += [
                (account_id, "meeting", contact.contact_id, owner, row["EndDateTime"])
                for contact in touch.contacts
                if (row["Id"], contact.contact_id) not in declined
            ]
        elif touch.kind == "email":
            # By the sender's address; where the CRM has none, by whom the e-mail's task names.
            task = by_id[row["ActivityId"]]
            if known_email(story, first) or task["WhoId"]:
                rows.append((account_id, "email", first.contact_id, owner, row["MessageDate"]))
        elif row["WhoId"]:
            # Not completed at an instant that is known: on the day.
            at = row["CompletedDateTime"] or datetime.combine(row["ActivityDate"], time())
            rows.append((account_id, "call", first.contact_id, owner, at))
    return rows


def _midnight(instant: datetime) -> datetime:
    return datetime.combine(instant.date(), time())


def days_since_engagement(world: World) -> pd.DataFrame:
    months = world.months
    last = within(months, engagements_of(world)).groupby(KEYS)["at"].max()
    return judged(months, days_since(months, last).fillna(months.age))


def engagements(world: World) -> pd.DataFrame:
    """One per account, method and UTC day."""
    recent = within(world.months, engagements_of(world), days=90)
    once = recent.drop_duplicates([*KEYS, "method", "day"])
    return judged(world.months, counted(world.months, once), too_little=world.months.age < 30)


def engagement_methods(world: World) -> pd.DataFrame:
    recent = within(world.months, engagements_of(world), days=90)
    methods = counted(world.months, recent, "method")
    return judged(world.months, methods, too_little=world.months.age < 30)


def outreach_response_rate(world: World) -> pd.DataFrame:
    return _outreach_rate(world, "answered_at")


def outreach_acted_rate(world: World) -> pd.DataFrame:
    return _outreach_rate(world, "acted_at")


def _outreach_rate(world: World, reaction: str) -> pd.DataFrame:
    """Of what was delivered, 14 days or more ago."""
    months, sent = world.months, messages(world)
    sent = within(months, sent[sent.Delivered__c], days=194, until_days=14)
    reacted = (sent[reaction] < sent.t).groupby([sent.account_id, sent.score_month]).mean()
    return judged(months, reacted, too_little=counted(months, sent) < 3)
