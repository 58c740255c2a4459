"""Sentiment: what the CSM and the users say; tickets are in support.py."""

from functools import cache

import pandas as pd

from ingestion.sandbox.company.crm_accounts import paths_of
from ingestion.sandbox.company.crm_users import csm_path
from ingestion.sandbox.company.pendo_definitions import NPS_POLL
from ingestion.sandbox.company.sentiments import sentiment_records
from tests.metric_oracles.crm_parents import is_filed_here
from tests.metric_oracles.product_use import product_end
from tests.metric_oracles.states import KEYS, counted, judged, latest, within
from tests.metric_oracles.world import World


@cache
def latest_judgement(world: World) -> pd.DataFrame:
    """The CSM's last record before t."""
    rows = []
    for story in world.customers:
        said = sentiment_records(story, csm_path(story), world.as_of)
        rows += [row for row in said if is_filed_here(story, row, world.as_of)]
    stated = pd.DataFrame(rows).rename(columns={"Account__c": "account_id", "CreatedDate": "at"})
    return latest(within(world.months, stated)).reindex(world.months.index)


def csm_sentiment(world: World) -> pd.DataFrame:
    """14 days after a hand-over the outlook of somebody else from before that day is stale."""
    months, last = world.months, latest_judgement(world)
    stated = last[["at", "CreatedById"]].rename(columns={"at": "stated_at"})
    handed = within(months, _hand_overs(world)).join(stated, on=KEYS)
    day = handed["at"].dt.normalize()
    ended = handed[
        (handed.stated_at < day)
        & (handed.CreatedById != handed.csm)
        & (handed.t >= day + pd.Timedelta(days=14))
    ]
    return judged(
        months,
        last.Outlook__c,
        too_little=last.Outlook__c.isna(),
        stale=(months.t - last["at"] > pd.Timedelta(days=90)) | (counted(months, ended) > 0),
    )


def _hand_overs(world: World) -> pd.DataFrame:
    """From when on the CRM names whom as the account's manager."""
    rows = [
        (story.account.account_id, at, csm)
        for story in world.customers
        for at, csm in paths_of(story, csm_path(story))["CSM__c"]
        if csm
    ]
    return pd.DataFrame(rows, columns=["account_id", "at", "csm"])


def nps_score(world: World) -> pd.DataFrame:
    """Answers up to the last local day that is over."""
    months = world.months
    refused = {
        visitor["visitorId"]
        for visitor in world.product.visitors
        if visitor["metadata"]["pendo"]["donotprocess"]
    }
    answers = pd.DataFrame(world.product.answers)
    answers = answers[(answers.pollId == NPS_POLL) & ~answers.visitorId.isin(refused)]
    answers = answers.assign(
        account_id=answers.accountId.map(world.tenants),
        at=pd.to_datetime(answers.browserTime, unit="ms"),
        score=pd.to_numeric(answers.pollResponse, errors="coerce"),
    )
    ends = months.assign(t=[product_end(t.to_pydatetime(), world.as_of) for t in months.t])
    valid = answers[answers.score.isin(range(11))]
    last = within(ends, valid, days=365).sort_values("at").groupby([*KEYS, "visitorId"]).last()
    groups = last.groupby(KEYS)
    mean = groups.score.mean().reindex(months.index)
    return judged(
        months,
        mean,
        unmapped=~months.on_pendo,
        too_little=mean.isna(),
        stale=months.t - groups["at"].max().reindex(months.index) > pd.Timedelta(days=180),
    )
