"""Engagement: when and how customers talked with us."""

from functools import cache

import pandas as pd

from ingestion.sandbox.company.contacts import simulate_contacts
from ingestion.sandbox.company.crm_activities import activity_records
from ingestion.sandbox.company.crm_tasks import touch_id
from ingestion.sandbox.company.crm_users import csm_path
from ingestion.sandbox.company.engagements import simulate_touches
from ingestion.sandbox.company.outreach import outreach_records
from ingestion.sandbox.company.story import Story
from tests.metric_oracles.states import KEYS, counted, days_since, judged, within
from tests.metric_oracles.world import World

TWO_WAY = ("call", "meeting", "email", "webinar")
ENGAGEMENT = ["account_id", "method", "contact_id", "owner_id", "at"]


@cache
def messages(world: World) -> pd.DataFrame:
    """Outreach, with when a person answered."""
    rows = []
    for story in world.customers:
        csms = csm_path(story)
        rows += outreach_records(story, simulate_contacts(story), csms, world.as_of)
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
    """A meeting counts when it ends, for who did not decline; a webinar on its day."""
    touches = simulate_touches(story, simulate_contacts(story), csm_path(story))
    records = activity_records(story, touches, world.as_of)
    ends = {event["Id"]: event["EndDateTime"] for event in records["Event"]}
    declined = {
        (relation["EventId"], relation["RelationId"])
        for relation in records["EventRelation"]
        if relation["Status"] == "Declined"
    }
    rows = []
    for touch in touches:
        if touch.kind not in TWO_WAY or touch.at >= world.as_of:
            continue
        event, at, owner = touch_id(story, touch, "Event"), touch.at, touch.owner_id
        if touch.kind == "meeting":
            at = ends[event]
        elif touch.kind == "webinar":
            at, owner = touch.at.replace(hour=0), None
        rows += [
            (story.account.account_id, touch.kind, contact.contact_id, owner, at)
            for contact in touch.contacts
            if (event, contact.contact_id) not in declined
        ]
    return rows


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
