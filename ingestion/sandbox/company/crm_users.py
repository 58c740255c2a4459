"""Our own people in the CRM: a team for every fifty accounts, and an integration user."""

from __future__ import annotations

from datetime import datetime, timedelta

from ingestion.sandbox.company.draws import Dice
from ingestion.sandbox.company.names import person_name
from ingestion.sandbox.company.story import Story
from ingestion.sandbox.company.traits import Account
from ingestion.sandbox.company.vendor_ids import salesforce_id

TEAM_OF = 50
DEPARTMENTS = (
    "Customer Success",
    "Customer Success",
    "Customer Success",
    "Sales",
    "Support",
    "Professional Services",
    "Executive",
)
HAND_OVER_A_MONTH = 0.012
# One in twenty: so few that chance might leave out all of a small company.
NO_DEPARTMENT = (20, 4)
INTEGRATION_USER = salesforce_id("User", 990_000)
_JOINED = datetime(2019, 3, 4, 8)


def user_id(account: Account, position: int) -> str:
    """The team member at `position` of DEPARTMENTS, of the account's team."""
    return salesforce_id("User", account.index // TEAM_OF, position)


def csm_path(story: Story) -> list[tuple[datetime, str]]:
    """Who looks after the account from which instant on."""
    dice, account = story.account.dice, story.account
    position = dice.bits("csm") % 3
    path = [(account.starts_at, user_id(account, position))]
    for month in story.months():
        key = story.clock.origin + month
        if dice.uniform("hand_over", key) < HAND_OVER_A_MONTH:
            position = (position + 1 + dice.bits("hand_over:to", key) % 2) % 3
            moment = dice.moment(*story.clock.month(month), "hand_over:moment", key)
            if moment > path[-1][0]:
                path.append((moment, user_id(account, position)))
    return path


def csm_at(path: list[tuple[datetime, str]], instant: datetime) -> str:
    return next((user for since, user in reversed(path) if since <= instant), path[0][1])


def user_records(accounts: list[Account], domain: str) -> list[dict]:
    seed = accounts[0].dice.seed if accounts else 0
    records = [_user(INTEGRATION_USER, "Integration", "User", domain, None, "AutomatedProcess")]
    for team in sorted({account.index // TEAM_OF for account in accounts}):
        for position, named in enumerate(DEPARTMENTS):
            dice = Dice(seed, team)
            given, surname = person_name(dice, "user", position)
            identity = salesforce_id("User", team, position)
            number = team * len(DEPARTMENTS) + position
            unknown = number % NO_DEPARTMENT[0] == NO_DEPARTMENT[1]
            department = None if unknown else named
            records.append(_user(identity, given, surname, domain, department, "Standard"))
    return records


def _user(
    identity: str, given: str, surname: str, domain: str, department: str | None, kind: str
) -> dict:
    joined = _JOINED + timedelta(days=sum(identity.encode()) % 200)
    email = f"{given}.{surname}.{identity[11:15]}@{domain}".lower()
    return {
        "Id": identity,
        "Username": email,
        "Name": f"{given} {surname}",
        "FirstName": given,
        "LastName": surname,
        "Email": email,
        "Department": department,
        "Title": None,
        "IsActive": True,
        "UserType": kind,
        "CreatedDate": joined,
        "LastModifiedDate": joined,
        "SystemModstamp": joined,
    }
