"""Touches as Salesforce records: Task, Event, EmailMessage and who was part of them."""

from __future__ import annotations

from datetime import datetime, timedelta

from ingestion.sandbox.company.crm_emails import add_email
from ingestion.sandbox.company.crm_tasks import Records, add_task, task_of, touch_id, who_of
from ingestion.sandbox.company.crm_users import user_id
from ingestion.sandbox.company.engagements import Touch
from ingestion.sandbox.company.story import Story

NO_DISPOSITION = 0.20
OBJECTS = ("Task", "TaskWhoRelation", "Event", "EventRelation", "EmailMessage")
CALLS = {
    # kind: (call type, disposition, subject)
    "call": ("Outbound", "Connected", "Call"),
    "voicemail": ("Outbound", "Left voicemail", "Call attempt"),
    "internal_call": ("Internal", "Connected", "Internal account review"),
}


def activity_records(story: Story, touches: list[Touch], as_of: datetime) -> Records:
    records: Records = {name: [] for name in OBJECTS}
    for touch in touches:
        if touch.kind in CALLS:
            _call(story, touch, as_of, records)
        elif touch.kind in ("meeting", "declined_meeting"):
            _meeting(story, touch, as_of, records)
        elif touch.kind in ("email", "sent_email"):
            add_email(story, touch, as_of, records)
        elif touch.kind == "follow_up":
            _follow_up(story, touch, as_of, records)
    for name, rows in records.items():
        records[name] = [row for row in rows if row.pop("_visible_from") < as_of]
    return records


def _call(story: Story, touch: Touch, as_of: datetime, records: Records) -> None:
    dice = story.account.dice
    call_type, disposition, subject = CALLS[touch.kind]
    if touch.kind == "call" and dice.uniform("call:inbound", touch.number) < 0.3:
        call_type = "Inbound"
    planned = dice.uniform("call:planned", touch.number) < 0.5
    created = touch.at - timedelta(days=2) if planned else touch.at
    seconds = dice.between(240, 2700, "call:seconds", touch.number)
    duration = int(seconds) if disposition == "Connected" else 25
    unknown = dice.uniform("call:no_disposition", touch.number) < NO_DISPOSITION
    task = task_of(
        story,
        touch,
        touch.at,
        created,
        as_of,
        Subject=subject,
        TaskSubtype="Call",
        Type="Call",
        CallType=call_type,
        CallDisposition=None if unknown else disposition,
        CallDurationInSeconds=duration,
    )
    add_task(story, touch, task, records)


def _meeting(story: Story, touch: Touch, as_of: datetime, records: Records) -> None:
    dice = story.account.dice
    created = touch.at - timedelta(days=1 + dice.bits("meeting:lead", touch.number) % 12)
    minutes = dice.pick((30, 30, 45, 60, 90), "meeting:minutes", touch.number)
    is_group = len(touch.contacts) > 1
    event = {
        "Id": touch_id(story, touch, "Event"),
        "IsDeleted": False,
        "AccountId": story.account.account_id,
        "WhoId": who_of(story, touch),
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
    # A copy of a group meeting in the calendar of each of us who was invited.
    for place in range(1, 2 + dice.bits("meeting:copies", touch.number) % 2 if is_group else 1):
        copied = {
            "Id": touch_id(story, touch, "Event", place),
            "IsChild": True,
            "OwnerId": user_id(story.account, 2 + place),
        }
        records["Event"].append({**event, **copied})
    answered = created + timedelta(hours=5)
    for place, contact in enumerate(touch.contacts):
        # In a group meeting somebody may be missing; the first guest comes unless all decline.
        absent = place > 0 and dice.uniform("meeting:absent", touch.number, place) < 0.15
        answer = "Declined" if touch.kind == "declined_meeting" or absent else "Accepted"
        records["EventRelation"].append(
            {
                "Id": touch_id(story, touch, "EventRelation", place),
                "IsDeleted": False,
                "EventId": event["Id"],
                "RelationId": contact.contact_id,
                "Status": answer if answered < as_of else "New",
                "CreatedDate": created,
                "SystemModstamp": answered if answered < as_of else created,
                "_visible_from": created,
            }
        )


def _follow_up(story: Story, touch: Touch, as_of: datetime, records: Records) -> None:
    created = touch.at - timedelta(days=6)
    words = {"Subject": "Prepare review", "TaskSubtype": "Task", "Type": "Other"}
    task = task_of(story, touch, touch.at, created, as_of, **words)
    add_task(story, touch, task, records)
