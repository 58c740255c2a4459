"""Our own people in customers' tenants: they try things out and help, and are no customers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ingestion.sandbox.company.catalogue import read_catalogue
from ingestion.sandbox.company.draws import uniform
from ingestion.sandbox.company.names import email_address, person_name
from ingestion.sandbox.company.product_events import EventRows
from ingestion.sandbox.company.traits import Account

STAFF = 0.02
_NUMBER = 80_000_000


def is_staff(seed: int, rows: EventRows) -> NDArray[np.bool_]:
    """Which rows of customers are there a second time, as the work of one of us."""
    return uniform(seed, "dirt:staff", rows.person, rows.day, rows.feature) < STAFF


def staff_login(account: Account) -> str:
    """Whoever looks after the account has a login of his own there."""
    return f"w-{account.index:06d}"


def staff_identity(account: Account) -> tuple[str, str, str]:
    """Given name, surname and e-mail, on one of our own domains."""
    given, surname = person_name(account.dice, "staff")
    domain = account.dice.pick(read_catalogue().own_domains, "staff:domain")
    return given, surname, email_address(given, surname, _NUMBER + account.index, domain)
