"""Identifiers in each vendor's form, as functions of what they identify."""

from __future__ import annotations

import hashlib

_BASE62 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_BASE36 = "abcdefghijklmnopqrstuvwxyz0123456789"
_CHECKSUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"

SALESFORCE_PREFIXES = {
    "Account": "001",
    "Contact": "003",
    "User": "005",
    "Campaign": "701",
    "CampaignMember": "00v",
    "Contract": "800",
    "Task": "00T",
    "TaskWhoRelation": "0RT",
    "Event": "00U",
    "EventRelation": "0RE",
    "EmailMessage": "02s",
    "CSM_Sentiment__c": "a01",
    "Onboarding_Milestone__c": "a02",
    "Outreach__c": "a03",
    "Advocacy_Act__c": "a04",
    "Health_Override__c": "a05",
    "AccountHistory": "017",
    "ContactHistory": "03j",
}


def _digits(number: int, alphabet: str, length: int) -> str:
    characters = []
    for _ in range(length):
        number, digit = divmod(number, len(alphabet))
        characters.append(alphabet[digit])
    return "".join(reversed(characters))


def salesforce_checksum(id15: str) -> str:
    """The three characters that make a case-sensitive id safe to compare without case.

    Each stands for five characters of the id, one bit per upper-case letter, lowest first.
    """
    return "".join(
        _CHECKSUM[sum(1 << place for place, letter in enumerate(part) if letter.isupper())]
        for part in (id15[0:5], id15[5:10], id15[10:15])
    )


def salesforce_id(sobject: str, account: int, number: int = 0) -> str:
    """An 18-character id, unique per object, account (below 62^4) and number (below 62^6)."""
    id15 = (
        SALESFORCE_PREFIXES[sobject]
        + "hX"
        + _digits(account, _BASE62, 4)
        + _digits(number, _BASE62, 6)
    )
    return id15 + salesforce_checksum(id15)


def recurly_id(kind: str, *index: int | str) -> str:
    """A short opaque id such as `e28zov4fw0v2`."""
    return _digits(_number(kind, *index, size=8), _BASE36, 12)


def uuid_like(kind: str, *index: int | str) -> str:
    """32 hexadecimal digits, as Recurly's `uuid` and many a tenant id."""
    return hashlib.blake2b(f"{kind}:{index}".encode(), digest_size=16).hexdigest()


def _number(kind: str, *index: int | str, size: int) -> int:
    digest = hashlib.blake2b(f"{kind}:{index}".encode(), digest_size=size).digest()
    return int.from_bytes(digest, "big")


def zendesk_id(kind: str, account: int, number: int = 0) -> int:
    """A 64-bit integer id; organisations, people, tickets and ratings have ranges of their own."""
    ranges = {"organization": 3_6, "person": 3_7, "ticket": 0, "rating": 3_8}
    return ranges[kind] * 10**14 + (account + 1) * 10**7 + number


def zendesk_event_id(ticket_id: int, number: int, is_child: bool = False) -> int:
    """An id above all others; a ticket has fewer than a hundred events."""
    return (5 if is_child else 4) * 10**15 + ticket_id * 100 + number


def company_key(account: int) -> str:
    """Our own id of a customer, which the four systems share."""
    return f"co-{account:06d}"
