"""Pendo's accounts and visitors: whoever was seen or invited up to the clock."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from ingestion.sandbox.company.draws import uniform
from ingestion.sandbox.company.identity import evidence, has_test_tenant, pendo_account_id
from ingestion.sandbox.company.local_days import LocalDays, epoch_ms
from ingestion.sandbox.company.names import email_address, person_name
from ingestion.sandbox.company.pendo_invites import deactivated_at, unanswered_invites
from ingestion.sandbox.company.pendo_staff import is_staff, staff_identity, staff_login
from ingestion.sandbox.company.pendo_tables import TEST_TENANT_SUFFIX
from ingestion.sandbox.company.product_events import EventRows
from ingestion.sandbox.company.product_people import (
    DO_NOT_PROCESS,
    identities,
    is_shared,
    split_person,
    visitor_id,
)
from ingestion.sandbox.company.story import Story

# The first two seats belong to the administrator and the power user that the CRM knows too.
CONTACTS_IN_SEATS = (200, 300)
_HOUR = 3_600_000


def account_records(
    stories: list[Story], rows: EventRows, days: LocalDays, as_of: datetime
) -> list[dict]:
    first, last = _span(rows.row, rows.day, days, len(stories))
    records = []
    for row, story in enumerate(stories):
        account = story.account
        if not account.has_pendo or not story.lives or story.lives[0].activated_at >= as_of:
            continue
        held, identity = evidence(account, "pendo"), pendo_account_id(account)
        created = epoch_ms(story.lives[0].activated_at)
        auto = {"firstvisit": first.get(row), "lastvisit": last.get(row)}
        auto["lastupdated"] = last.get(row) or created
        tenants = [(identity, "production" if has_test_tenant(account) else None)]
        if has_test_tenant(account):
            tenants.append((identity + TEST_TENANT_SUFFIX, "test"))
        for tenant, environment in tenants:
            agent = {
                "name": account.name,
                "domain": held.domain,
                "salesforceaccountid": held.salesforce_id,
                "environment": environment,
            }
            records.append(
                {
                    "accountId": tenant,
                    "metadata": {"auto": {"id": tenant, **auto}, "agent": agent, "custom": {}},
                }
            )
    return records


def _span(
    group: np.ndarray, day: np.ndarray, days: LocalDays, size: int
) -> tuple[dict[int, int], dict[int, int]]:
    """First and last instant (ms) of each group's days."""
    if len(group) == 0:
        return {}, {}
    first, last = np.full(size, 10**9), np.full(size, -1)
    np.minimum.at(first, group, day)
    np.maximum.at(last, group, day)
    seen = np.flatnonzero(last >= 0).tolist()
    return (
        {number: int(days.start_ms[first[number]]) + 9 * _HOUR for number in seen},
        {number: int(days.start_ms[last[number]]) + 10 * _HOUR for number in seen},
    )


def visitor_records(
    seed: int, stories: list[Story], rows: EventRows, days: LocalDays, as_of: datetime
) -> list[dict]:
    """One record per person; a person of two accounts has both in `accountids`."""
    everyone = np.unique(identities(seed, rows.person))
    position = np.searchsorted(everyone, identities(seed, rows.person))
    first, last = _span(position, rows.day, days, len(everyone))
    by_index = {story.account.index: story for story in stories}
    account, seat, generation = split_person(everyone)
    refuses = uniform(seed, "person:donotprocess", everyone) < DO_NOT_PROCESS
    logins = visitor_id(seed, everyone)
    records = []
    for number, key in enumerate(everyone.tolist()):
        story = by_index.get(int(account[number]))
        if story is None:
            continue
        place, held = int(seat[number]), int(generation[number])
        tenants = [pendo_account_id(story.account)]
        if place == 0 and held == 0 and is_shared(seed, story.account.index):
            partner = by_index.get(story.account.index + 1)
            tenants += [pendo_account_id(partner.account)] if partner else []
        if has_test_tenant(story.account) and place < 2:
            tenants.append(tenants[0] + TEST_TENANT_SUFFIX)
        identity = _name(story, place, held, key)
        record = _visitor(str(logins[number]), tenants, identity, bool(refuses[number]))
        records.append(_seen(record, first[number], last[number]))
    return records + _staff(seed, stories, rows, days) + _never_came(stories, as_of)


def _seen(record: dict, first: int, last: int) -> dict:
    auto = {"firstvisit": first, "lastvisit": last, "lastupdated": last}
    record["metadata"]["auto"] |= auto
    record["metadata"]["agent"]["invitedat"] = first - 26 * _HOUR
    return record


def _staff(seed: int, stories: list[Story], rows: EventRows, days: LocalDays) -> list[dict]:
    ours = rows.select(is_staff(seed, rows))
    first, last = _span(ours.row, ours.day, days, len(stories))
    records = []
    for row in first:
        account = stories[row].account
        tenants, identity = [pendo_account_id(account)], staff_identity(account)
        record = _visitor(staff_login(account), tenants, identity, False)
        records.append(_seen(record, first[row], last[row]))
    return records


def _name(story: Story, place: int, held: int, key: int) -> tuple[str, str, str]:
    """Given name, surname and e-mail; the first seats are people that the CRM knows."""
    dice = story.account.dice
    if place < len(CONTACTS_IN_SEATS) and held == 0:
        number = CONTACTS_IN_SEATS[place]
        given, surname = person_name(dice, "contact", number)
    else:
        number = 10_000 + key % 10**7
        given, surname = person_name(dice, "person", number)
    return given, surname, email_address(given, surname, number, story.account.domain)


def _visitor(login: str, tenants: list[str], identity: tuple[str, str, str], refuses: bool) -> dict:
    given, surname, email = identity
    return {
        "visitorId": login,
        "metadata": {
            "auto": {"id": login, "accountid": tenants[0], "accountids": tenants},
            "agent": {"email": email, "full_name": f"{given} {surname}", "role": "user"},
            "pendo": {"donotprocess": refuses},
            "custom": {},
        },
    }


def _never_came(stories: list[Story], as_of: datetime) -> list[dict]:
    """Visitors who are known by their invitation alone."""
    records = []
    for story in stories:
        account = story.account
        for number, invited in unanswered_invites(story, as_of):
            given, surname = person_name(account.dice, "invited", number)
            email = email_address(given, surname, 90_000_000 + number, account.domain)
            login = f"i-{account.index:06d}-{number:05d}"
            record = _visitor(login, [pendo_account_id(account)], (given, surname, email), False)
            sent, withdrawn = epoch_ms(invited), deactivated_at(story, number, invited, as_of)
            record["metadata"]["auto"] |= {
                "firstvisit": None,
                "lastvisit": None,
                "lastupdated": epoch_ms(withdrawn) if withdrawn else sent,
            }
            record["metadata"]["agent"] |= {
                "invitedat": sent,
                "deactivatedat": epoch_ms(withdrawn) if withdrawn else None,
            }
            records.append(record)
    return records
