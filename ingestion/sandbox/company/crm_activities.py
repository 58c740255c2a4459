"""Touches as Salesforce records: Task, Event, EmailMessage and who was part of them."""

from __future__ import annotations

from datetime import datetime, timedelta

from ingestion.sandbox.company.engagements import Touch
from ingestion.sandbox.company.story import Story
from ingestion.sandbox.company.vendor_ids import salesforce_id

Records = dict[str, list[dict]]
OBJECTS = ("Task", "TaskWhoRelation", "Event", "EventRelation", "EmailMessage")
CALLS = {
    # kind: (call type, disposition, subject)
    "call": ("Outbound", "Connected", "Call"),
    "voicemail": ("Outbound", "Left voicemail", "Call attempt"),
    "internal_call": ("Internal", "Connected", "Internal account review"),
}
# Ids of several records of one touch: its number times ten, and a place.
_PLACES = 10


def activity_records(story: Story, touches: list[Touch], as_of: datetime) -> Records:
    records: Records = {name: [] for name in OBJECTS}
    for touch in touches:
        if touch.kind in CALLS:
            _call(story, touch, as_of, records)
        elif touch.kind in ("meeting", "declined_meeting"):
            _meeting(story, touch, as_of, records)
        elif touch.kind in ("email", "sent_email"):
            _email(story, touch, as_of, records)
        elif touch.kind == "follow_up":
            _follow_up(story, touch, as_of, records)
    for name, rows in records.items():
        records[name] = [row for row in rows if row.pop("_visible_from") < as_of]
    return records


def _identity(story: Story, touch: Touch, sobject: str, place: int = 0) -> str:
    return salesforce_id(sobject, story.account.index, touch.number * _PLACES + place)


def _task(story: Story, touch: Touch, created: datetime, as_of: datetime, **fields: object) -> dict:
    """A task that is completed at the touch's instant, open before."""
    is_done = touch.at < as_of
    return {
        "Id": _identity(story, touch, "Task"),
        "IsDeleted": False,
        "AccountId": story.account.account_id,
        "WhoId": touch.contacts[0].contact_id,
        "WhatId": story.account.account_id,
        "OwnerId": touch.owner_id,
        "Subject": None,
        "ActivityDate": touch.at.date(),
        "CompletedDateTime": touch.at if is_done else None,
        "Status": "Completed" if is_done else "Not Started",
        "Priority": "Normal",
        "IsClosed": is_done,
        "TaskSubtype": "Task",
        "Type": None,
        "CallType": None,
        "CallDisposition": None,
        "CallDurationInSeconds": None,
        **(fields if is_done else {key: fields[key] for key in ("Subject", "TaskSubtype", "Type")}),
        "CreatedDate": created,
        "SystemModstamp": touch.at if is_done else created,
        "_visible_from": created,
    }


def _call(story: Story, touch: Touch, as_of: datetime, records: Records) -> None:
    dice = story.account.dice
    call_type, disposition, subject = CALLS[touch.kind]
    if touch.kind == "call" and dice.uniform("call:inbound", touch.number) < 0.3:
        call_type = "Inbound"
    planned = dice.uniform("call:planned", touch.number) < 0.5
    created = touch.at - timedelta(days=2) if planned else touch.at
    seconds = dice.between(240, 2700, "call:seconds", touch.number)
    duration = int(seconds) if disposition == "Connected" else 25
    task = _task(
        story,
        touch,
        created,
        as_of,
        Subject=subject,
        TaskSubtype="Call",
        Type="Call",
        CallType=call_type,
        CallDisposition=disposition,
        CallDurationInSeconds=duration,
    )
    records["Task"].append(task)
    _task_people(story, touch, task, records)


def _task_people(story: Story, touch: Touch, task: dict, records: Records) -> None:
    for place, contact in enumerate(touch.contacts):
        records["TaskWhoRelation"].append(
            {
                "Id": _identity(story, touch, "TaskWhoRelation", place),
                "IsDeleted": False,
                "TaskId": task["Id"],
                "RelationId": contact.contact_id,
                "Type": "Contact",
                "CreatedDate": task["CreatedDate"],
                "SystemModstamp": task["CreatedDate"],
                "_visible_from": task["_visible_from"],
            }
        )


def _meeting(story: Story, touch: Touch, as_of: datetime, records: Records) -> None:
    dice = story.account.dice
    created = touch.at - timedelta(days=1 + dice.bits("meeting:lead", touch.number) % 12)
    minutes = dice.pick((30, 30, 45, 60, 90), "meeting:minutes", touch.number)
    is_group = len(touch.contacts) > 1
    event = {
        "Id": _identity(story, touch, "Event"),
        "IsDeleted": False,
        "AccountId": story.account.account_id,
        "WhoId": touch.contacts[0].contact_id,
        "WhatId": story.account.account_id,
        "OwnerId": touch.owner_id,
        "Subject": "Meeting",
        "StartDateTime": touch.at,
        "EndDateTime": touch.at + timedelta(minutes=minutes),
        "DurationInMinutes": minutes,
        "EventSubtype": "Event",
        "Type": "Meeting",
        "IsChild": False,
        "IsGroupEvent": is_group,
        "IsRecurrence": False,
        "CreatedDate": created,
        "SystemModstamp": created,
        "_visible_from": created,
    }
    records["Event"].append(event)
    if is_group and dice.uniform("meeting:copy", touch.number) < 0.3:
        copy = {**event, "Id": _identity(story, touch, "Event", 1), "IsChild": True}
        records["Event"].append(copy)
    answered = created + timedelta(hours=5)
    for place, contact in enumerate(touch.contacts):
        # In a group meeting somebody may be missing; the first guest comes unless all decline.
        absent = place > 0 and dice.uniform("meeting:absent", touch.number, place) < 0.15
        answer = "Declined" if touch.kind == "declined_meeting" or absent else "Accepted"
        records["EventRelation"].append(
            {
                "Id": _identity(story, touch, "EventRelation", place),
                "IsDeleted": False,
                "EventId": event["Id"],
                "RelationId": contact.contact_id,
                "Status": answer if answered < as_of else "New",
                "CreatedDate": created,
                "SystemModstamp": answered if answered < as_of else created,
                "_visible_from": created,
            }
        )


def _email(story: Story, touch: Touch, as_of: datetime, records: Records) -> None:
    """Our message, and the customer's unless it stays without answer; each also as a Task."""
    dice = story.account.dice
    ours_first = touch.kind == "sent_email" or dice.uniform("email:first", touch.number) < 0.6
    task = _task(story, touch, touch.at, as_of, Subject="Email", TaskSubtype="Email", Type="Email")
    records["Task"].append(task)
    _task_people(story, touch, task, records)
    sent = touch.at if touch.kind == "sent_email" else touch.at - timedelta(hours=20)
    own = f"success.{touch.owner_id[11:15].lower()}@tidewell.example"
    if ours_first:
        records["EmailMessage"].append(_message(story, touch, task, 0, False, sent, own, None))
    if touch.kind == "email":
        first = _identity(story, touch, "EmailMessage", 0) if ours_first else None
        address = touch.contacts[0].email
        records["EmailMessage"].append(
            _message(story, touch, task, 1, True, touch.at, address, first)
        )


def _message(
    story: Story,
    touch: Touch,
    task: dict,
    place: int,
    incoming: bool,
    at: datetime,
    sender: str,
    reply_to: str | None,
) -> dict:
    return {
        "Id": _identity(story, touch, "EmailMessage", place),
        "IsDeleted": False,
        # The task is logged with the answer: an earlier message of ours has none.
        "ActivityId": task["Id"] if incoming or at == touch.at else None,
        "RelatedToId": story.account.account_id,
        "ParentId": None,
        "Subject": "Email",
        "Incoming": incoming,
        "MessageDate": at,
        "FromAddress": sender,
        "ReplyToEmailMessageId": reply_to,
        "Status": "1" if incoming else "3",
        "CreatedDate": at,
        "SystemModstamp": at,
        "_visible_from": at,
    }


def _follow_up(story: Story, touch: Touch, as_of: datetime, records: Records) -> None:
    created = touch.at - timedelta(days=6)
    task = _task(
        story, touch, created, as_of, Subject="Prepare review", TaskSubtype="Task", Type="Other"
    )
    records["Task"].append(task)
    _task_people(story, touch, task, records)
