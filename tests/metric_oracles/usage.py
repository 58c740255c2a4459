"""Usage: who comes, how often, and how many of those invited."""

import pandas as pd

from tests.metric_oracles.product_use import people_in
from tests.metric_oracles.seeds import seed
from tests.metric_oracles.states import KEYS, counted, judged, within
from tests.metric_oracles.world import World


def seat_utilisation_rate(world: World) -> pd.DataFrame:
    months, people = world.months, people_in(world, 28)
    users = counted(months, people[people.is_active])
    return per_seat(months, (users / months.seats).clip(upper=1.5))


def active_people_rate(world: World) -> pd.DataFrame:
    months = world.months
    return per_seat(months, counted(months, people_in(world, 28)) / months.seats)


def per_seat(months: pd.DataFrame, value: pd.Series, at_least: int = 0) -> pd.DataFrame:
    return judged(
        months,
        value,
        not_sold=months.on_recurly & (months.seats == 0),
        unmapped=~months.on_pendo | ~months.on_recurly,
        too_little=(months.age < 28) | (months.seats < at_least),
    )


def active_days_per_user(world: World) -> pd.DataFrame:
    people = people_in(world, 28)
    days = people[people.is_active].groupby(KEYS).active_days.mean()
    return per_person(world.months, days)


def minutes_per_user(world: World) -> pd.DataFrame:
    return per_person(world.months, people_in(world, 28).groupby(KEYS).minutes.mean())


def per_person(months: pd.DataFrame, value: pd.Series) -> pd.DataFrame:
    """Nobody there is 0: a dying account must not drop out."""
    value = value.reindex(months.index).fillna(0)
    return judged(months, value, unmapped=~months.on_pendo, too_little=months.age < 28)


def active_users_change(world: World) -> pd.DataFrame:
    users = [
        counted(world.months, people[people.is_active])
        for people in (people_in(world, 28, earlier) for earlier in range(4))
    ]
    return relative_change(world.months, users, at_least=5)


def relative_change(months: pd.DataFrame, totals: list[pd.Series], at_least: float) -> pd.DataFrame:
    """The first window against the mean of the others."""
    now, base = totals[0], sum(totals[1:]) / 3
    change = ((now - base) / base).clip(-1, 1).where(now > 0, -1.0)
    return judged(
        months,
        change,
        unmapped=~months.on_pendo,
        too_little=(months.age < 56) | ((now > 0) & (base < at_least)),
    )


def invite_acceptance_rate(world: World) -> pd.DataFrame:
    months = world.months
    invited = within(months, _invitations(world), days=194, until_days=14)
    came = (invited.came_at < invited.t).groupby([invited.account_id, invited.score_month]).mean()
    too_few = counted(months, invited) < 3
    return judged(months, came, unmapped=~months.on_pendo, too_little=too_few)


def _invitations(world: World) -> pd.DataFrame:
    """One per person who may be processed and is none of us, with the first visit."""
    own = tuple(f"@{domain}" for domain in seed("own_domains").domain)
    rows = [
        (visitor["metadata"]["auto"]["accountid"], visitor["metadata"]["agent"]["invitedat"],
         visitor["metadata"]["auto"]["firstvisit"])
        for visitor in world.product.visitors
        if not visitor["metadata"]["pendo"]["donotprocess"]
        and not visitor["metadata"]["agent"]["email"].endswith(own)
    ]  # fmt: skip
    invitations = pd.DataFrame(rows, columns=["tenant", "at", "came_at"])
    for column in ("at", "came_at"):
        invitations[column] = pd.to_datetime(invitations[column], unit="ms")
    return invitations.assign(account_id=invitations.tenant.map(world.tenants))
