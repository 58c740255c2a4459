"""Advocacy: what the customer does for us in public."""

import pandas as pd

from ingestion.sandbox.company.advocacy import act_records, reference_path
from tests.metric_oracles.crm_parents import is_filed_here
from tests.metric_oracles.states import counted, judged, latest, within
from tests.metric_oracles.world import World


def is_reference(world: World) -> pd.DataFrame:
    """As the CRM showed it at t, by days; one that ends on the day of t still is one."""
    months = world.months
    asked = pd.DataFrame(
        [
            (story.account.account_id, *step)
            for story in world.customers
            for step in reference_path(story)
        ],
        columns=["account_id", "at", "since", "until"],
    )
    last = latest(within(months, asked)).reindex(months.index)
    since, until = pd.to_datetime(last.since), pd.to_datetime(last.until)
    ended = until < months.t
    return judged(
        months,
        (~ended).astype(float),
        too_little=~(since < months.t),
        stale=months.t - until.where(ended, since) > pd.Timedelta(days=365),
    )


def advocacy_acts(world: World) -> pd.DataFrame:
    """By the day on which they happened; of opt-ins one."""
    records = [
        record
        for story in world.customers
        for record in act_records(story, world.as_of)
        if is_filed_here(story, record, world.as_of)
    ]
    acts = pd.DataFrame(records).rename(columns={"Account__c": "account_id", "Type__c": "type"})
    acts["at"] = pd.to_datetime(acts.Act_Date__c)
    acts["counts_as"] = acts.Id.where(acts.type != "Marketing Opt-In", "opt-in")
    return judged(world.months, counted(world.months, within(world.months, acts, 365), "counts_as"))
