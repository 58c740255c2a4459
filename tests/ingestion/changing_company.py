"""A company that changes between two instants, small enough to see through.

In the shape that the sandbox serves: everything known at `as_of`, JULY or AUGUST.
"""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

JULY, AUGUST = datetime(2026, 7, 15), datetime(2026, 8, 15)
BEFORE, BETWEEN = datetime(2026, 7, 1, 12), datetime(2026, 8, 1, 12)
TIME_ZONE = "America/New_York"
OBJECTS = (
    "Account Contact User Task TaskWhoRelation Event EventRelation EmailMessage Campaign "
    "CampaignMember Contract CSM_Sentiment__c Onboarding_Milestone__c Outreach__c "
    "Advocacy_Act__c Health_Override__c AccountHistory ContactHistory"
).split()


def changing_company(as_of: datetime, lacks: tuple[str, ...] = ()) -> Any:
    """The company; objects in `lacks` do not exist in its Salesforce."""
    is_later = as_of > BETWEEN
    return SimpleNamespace(
        salesforce={k: v for k, v in _salesforce(is_later).items() if k not in lacks},
        pendo=_pendo(is_later, as_of),
        zendesk=_zendesk(is_later),
        recurly=_recurly(is_later),
        time_zone=TIME_ZONE,
    )


def _salesforce(is_later: bool) -> dict[str, list[dict[str, Any]]]:
    changed = BETWEEN if is_later else BEFORE
    records: dict[str, list[dict[str, Any]]] = {name: [] for name in OBJECTS}
    records["Account"] = [
        _crm("001000000000001AAA", BEFORE, Name="Acme", Website="https://www.Acme.co.uk/x")
        | {"NumberOfEmployees": 250, "Is_High_Growth__c": True, "Company_ID__c": "C-1"}
        | {"Customer_Since__c": date(2025, 1, 31), "LastModifiedDate": BEFORE},
        # Deleted in August.
        _crm("001000000000002AAA", changed, Name="Gone", IsDeleted=is_later, Website=None),
    ]
    records["AccountHistory"] = [
        _change("017000000000001AAA", BEFORE, "NumberOfEmployees", 200, 250),
        _change("017000000000002AAA", BEFORE, "Is_High_Growth__c", False, True),
    ]
    if is_later:
        row = _change("017000000000003AAA", BETWEEN, "Lifecycle_Stage__c", None, "Churned")
        records["AccountHistory"].append(row)
    records["Contact"] = [_crm("003000000000001AAA", BEFORE, Email="Jo@ACME.co.uk")]
    records["User"] = [_crm("005000000000001AAA", BEFORE, Name="Cas", IsActive=True)]
    records["CSM_Sentiment__c"] = [
        _crm("a00000000000001AAA", changed, Outlook__c=4 if is_later else 2)
    ]
    return records


def _crm(identity: str, changed: datetime, **values: Any) -> dict[str, Any]:
    stamps = {"CreatedDate": BEFORE, "SystemModstamp": changed}
    return {"Id": identity, "IsDeleted": False, **stamps, **values}


def _change(identity: str, moment: datetime, field: str, old: Any, new: Any) -> dict[str, Any]:
    parent = {"AccountId": "001000000000001AAA"}
    log = {"Id": identity, "IsDeleted": False, "CreatedDate": moment, "Field": field}
    return {**log, **parent, "OldValue": old, "NewValue": new}


def _zendesk(is_later: bool) -> dict[str, list[dict[str, Any]]]:
    changed = BETWEEN if is_later else BEFORE
    domains = ["acme.co.uk"] if is_later else ["acme.co.uk", "Acme-Shop.example"]
    stamp = int(changed.replace(tzinfo=UTC).timestamp())
    return {
        "organizations": [
            {
                "id": 9_000_000_000_001,
                "name": "Acme",
                "external_id": "c-1",
                "domain_names": domains,
                "organization_fields": {"salesforce_id": "001000000000001"},
                "created_at": BEFORE,
                "updated_at": changed,
                "deleted_at": None,
            }
        ],
        "tickets": [
            {
                "id": 1,
                "subject": "My password is secret",
                "status": "deleted" if is_later else "open",
                "priority": None,
                "organization_id": 9_000_000_000_001,
                "tags": [] if is_later else ["bug", "login"],
                "via": {"channel": "email"},
                "metric_set": {"reopens": 0, "solved_at": changed},
                "generated_timestamp": stamp,
                "created_at": BEFORE,
                "updated_at": BEFORE,
            }
        ],
        "ticket_events": _ticket_events(is_later),
        "satisfaction_ratings": [
            {"id": n, "ticket_id": 1, "score": "good", "created_at": at, "updated_at": at}
            for n, at in enumerate([BEFORE, changed])
        ],
    }


def _ticket_events(is_later: bool) -> list[dict[str, Any]]:
    created = {"id": 51, "event_type": "Create", "status": "new", "priority": None}
    comment = {"id": 52, "event_type": "Comment", "comment_present": True, "status": "open"}
    tagged = {"id": 53, "event_type": "Change", "tags": ["bug"], "previous_value": []}
    opened = {"id": 54, "event_type": "Change", "status": "open", "previous_value": "new"}
    events = [(41, BEFORE, [created]), (42, BETWEEN, [comment, tagged, opened])]
    return [
        {"id": identity, "ticket_id": 1, "event_type": "Audit", "child_events": children}
        | {"timestamp": int(moment.replace(tzinfo=UTC).timestamp()), "created_at": moment}
        for identity, moment, children in events[: 2 if is_later else 1]
    ]


def _recurly(is_later: bool) -> dict[str, list[dict[str, Any]]]:
    changed = BETWEEN if is_later else BEFORE
    stamps = {"created_at": BEFORE, "updated_at": changed}
    account = {"id": "acc1", "code": "acme"}
    fields = [{"name": "salesforce_id", "value": "001000000000001"}]
    add_on = {"id": "sao1", "add_on": {"code": "sso"}, "quantity": 1, "unit_amount": 5}
    return {
        "accounts": [
            {**account, "state": "active", "email": "x@Acme.co.uk", **stamps}
            | {"custom_fields": fields, "billing_info": {"last_four": "4242"}}
        ],
        "subscriptions": [
            {"id": "sub1", "account": account, "plan": {"id": "p1", "code": "pro"}}
            | {"unit_amount": 12.5, "quantity": 4, "state": "active", **stamps}
            | {"add_ons": [] if is_later else [add_on]}
        ],
        "invoices": [_invoice(is_later, account)],
        "line_items": [],
        "plans": [{"id": "p1", "code": "pro", "interval_length": 1, **stamps}],
        "add_ons": [],
    }


def _invoice(is_later: bool, account: dict[str, Any]) -> dict[str, Any]:
    """Declined in July, paid in August less what a credit had settled."""
    declined = {"id": "t1", "success": False, "amount": 40.0, "account": account}
    paid = {"id": "t2", "success": True, "amount": 40.0, "account": account}
    moments = {"created_at": BETWEEN, "updated_at": BETWEEN}
    credit = {"id": "c1", "action": "payment", "amount": 10.0, "account": account}
    then = {"created_at": BEFORE, "updated_at": BEFORE}
    return {
        "id": "inv1",
        "type": "charge",
        "state": "paid" if is_later else "past_due",
        "account": account,
        "balance": 0.0 if is_later else 40.0,
        "transactions": [declined | then] + ([paid | moments] if is_later else []),
        "credit_payments": [credit | then | {"applied_to_invoice": {"id": "inv1"}}],
        "created_at": BEFORE,
        "updated_at": BETWEEN if is_later else BEFORE,
    }


def _pendo(is_later: bool, as_of: datetime) -> dict[str, Any]:
    days = [date(2026, 7, 1), date(2026, 7, 13), date(2026, 7, 14)]
    if is_later:
        # The 13th turned out to be empty, and August began.
        days = [date(2026, 7, 1), date(2026, 7, 14), date(2026, 8, 1)]
    seen = _ms(BEFORE)
    auto = {"firstvisit": seen, "lastvisit": seen, "lastupdated": seen}
    poll = {"visitorId": "jo", "guideId": "g1", "pollId": "nps", "type": "ui"}
    return {
        "accounts": [
            {"accountId": "C-1", "metadata": {"auto": auto, "agent": {"domain": "acme.com"}}},
            # A tenant that Pendo forgets in August.
            *([] if is_later else [{"accountId": "old", "metadata": {"auto": auto}}]),
        ],
        "visitors": [{"visitorId": "jo", "metadata": {"auto": {**auto, "accountid": "C-1"}}}],
        "features": [{"id": "f1", "name": "Export", "group": {"name": "Data"}}],
        "trackTypes": [],
        "guides": [
            {
                "id": "g1",
                "name": "NPS",
                "polls": [{"id": "nps", "attributes": {"type": "NPSRating"}}],
            }
        ],
        "pollEvents": [
            {**poll, "browserTime": _ms(BEFORE), "pollResponse": 9, "accountId": None},
            {**poll, "browserTime": _ms(BEFORE) + 1, "pollResponse": "7", "accountId": "C-1"},
        ],
        "events": _bucket(days, as_of),
        "featureEvents": _bucket(days, as_of, featureId="f1"),
        "trackEvents": _bucket([], as_of, trackTypeId="t1"),
    }


def _bucket(days: list[date], as_of: datetime, **refers_to: str) -> pa.Table:
    """Per day one bucket of 3 events, repeated once, and one of 2 by another browser."""
    rows = [
        {"day": day, "visitorId": "jo", "accountId": "C-1", "appId": -323232, **refers_to}
        | {"numEvents": events, "numMinutes": 1, "server": "a", "remoteIp": "b"}
        | {"userAgent": agent}
        for day in map(local_midnight, days)
        for events, agent in ((3, "Firefox"), (3, "Firefox"), (2, "Safari"))
        if day < _ms(as_of)
    ]
    names = ["day", "visitorId", "accountId", "appId", *refers_to, "numEvents", "numMinutes"]
    names += ["server", "remoteIp", "userAgent"]
    whole = {"day", "appId", "numEvents", "numMinutes"}
    types = [(name, pa.int64() if name in whole else pa.string()) for name in names]
    return pa.Table.from_pylist(rows, schema=pa.schema(types))


def local_midnight(day: date) -> int:
    """The start of a day of Pendo's subscription in epoch ms."""
    start = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(TIME_ZONE))
    return int(start.timestamp() * 1000)


def _ms(instant: datetime) -> int:
    return int(instant.replace(tzinfo=UTC).timestamp() * 1000)
