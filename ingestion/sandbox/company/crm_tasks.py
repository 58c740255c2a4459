"""Tasks: what is logged, planned or done with whom."""

from __future__ import annotations

from datetime import datetime

from ingestion.sandbox.company.engagements import Touch
from ingestion.sandbox.company.story import Story
from ingestion.sandbox.company.vendor_ids import salesforce_id

Records = dict[str, list[dict]]
# Ids of several records of one touch: its number times ten, and a place.
_PLACES = 10


def touch_id(story: Story, touch: Touch, sobject: str, place: int = 0) -> str:
    return salesforce_id(sobject, story.account.index, touch.number * _PLACES + place)


def task_of(
    story: Story, touch: Touch, created: datetime, as_of: datetime, **fields: object
) -> dict:
    """A task that is completed at the touch's instant, open before."""
    is_done = touch.at < as_of
    return {
        "Id": touch_id(story, touch, "Task"),
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


def add_people(story: Story, touch: Touch, task: dict, records: Records) -> None:
    for place, contact in enumerate(touch.contacts):
        records["TaskWhoRelation"].append(
            {
                "Id": touch_id(story, touch, "TaskWhoRelation", place),
                "IsDeleted": False,
                "TaskId": task["Id"],
                "RelationId": contact.contact_id,
                "Type": "Contact",
                "CreatedDate": task["CreatedDate"],
                "SystemModstamp": task["CreatedDate"],
                "_visible_from": task["_visible_from"],
            }
        )
