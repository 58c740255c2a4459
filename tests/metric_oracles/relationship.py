"""Relationship: whom we know, and whom we talked with."""

import pandas as pd

from ingestion.sandbox.company.crm_users import user_records
from tests.metric_oracles.contacts import contacts_then
from tests.metric_oracles.engagement import engagements_of
from tests.metric_oracles.seeds import seed
from tests.metric_oracles.sentiment import latest_judgement
from tests.metric_oracles.states import KEYS, counted, days_since, judged, within
from tests.metric_oracles.world import World

MAIN_ROLES = ("Champion", "Executive Sponsor")


def key_roles_mapped(world: World) -> pd.DataFrame:
    """Left_On__c is a day: who left on the day of the instant was still there."""
    contacts = contacts_then(world)
    contacts = contacts[contacts.role.notna()]
    gone = (contacts.left.dt.normalize() < contacts.t) | (contacts.bounced < contacts.t)
    return judged(world.months, counted(world.months, contacts[~gone], "role"))


def key_contacts_lost(world: World) -> pd.DataFrame:
    contacts = contacts_then(world)
    contacts = contacts[contacts.role.notna()]
    since = contacts.t - pd.Timedelta(days=90)
    left, bounced = contacts.left.dt.normalize(), contacts.bounced
    lost = contacts[
        ((left >= since) & (left < contacts.t)) | ((bounced >= since) & (bounced < contacts.t))
    ]
    months = world.months
    return judged(months, counted(months, lost, "contact_id"), too_little=months.age < 30)


def days_since_main_contact(world: World) -> pd.DataFrame:
    """With who has the role at t, also after leaving."""
    met = within(world.months, engagements_of(world))
    contacts = contacts_then(world)
    main = contacts[contacts.role.isin(MAIN_ROLES)][[*KEYS, "contact_id"]]
    last = met.merge(main, on=[*KEYS, "contact_id"]).groupby(KEYS)["at"].max()
    return judged(world.months, days_since(world.months, last).fillna(world.months.age))


def contacts_engaged(world: World) -> pd.DataFrame:
    return _engaged(world, "contact_id")


def seniority_levels_engaged(world: World) -> pd.DataFrame:
    return _engaged(world, "seniority")


def own_functions_engaged(world: World) -> pd.DataFrame:
    return _engaged(world, "function")


def _engaged(world: World, what: str) -> pd.DataFrame:
    """Distinct contacts, or their levels, or our functions, in two-way engagements in 90 days."""
    months, met = world.months, within(world.months, engagements_of(world), days=90)
    levels = contacts_then(world)[[*KEYS, "contact_id", "seniority"]].drop_duplicates()
    met = met.merge(levels, on=[*KEYS, "contact_id"], how="left")
    functions = seed("own_functions").set_index("department").function
    users = user_records([story.account for story in world.customers], domain="")
    departments = {user["Id"]: user["Department"] for user in users}
    met["function"] = met.owner_id.map(departments).map(functions)
    return judged(months, counted(months, met, what), too_little=months.age < 30)


def relationship_depth(world: World) -> pd.DataFrame:
    last = latest_judgement(world)
    return judged(
        world.months,
        last.Relationship_Depth__c,
        too_little=last.Relationship_Depth__c.isna(),
        stale=world.months.t - last["at"] > pd.Timedelta(days=90),
    )
