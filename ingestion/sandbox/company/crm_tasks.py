"""Tasks: what is logged, planned or done with whom."""

from __future__ import annotations

from datetime import datetime, timedelta

from ingestion.sandbox.company.engagements import Touch
from ingestion.sandbox.company.story import Story
from ingestion.sandbox.company.vendor_ids import salesforce_id

Records = dict[str, list[dict]]
# Ids of several records of one touch: its number times ten, and a place.
_PLACES = 10
LOGGED_LATE, LATEST_DAYS = 0.10, 30
# What nobody filled in.
NO_COMPLETION, NO_WHO = 0.05, 0.06


def touch_id(story: Story, touch: Touch, sobject: str, place: int = 0) -> str:
    return salesforce_id(sobject, story.account.index, touch.number * _PLACES + place)


def logged_at(story: Story, touch: Touch, at: datetime) -> datetime | None:
    """When something done at `at` was written down: None if nobody was late, in 90 %."""
    dice = story.account.dice
    if dice.uniform("task:late", touch.number) >= LOGGED_LATE:
        return None
    days = dice.between(1, LATEST_DAYS, "task:late:days", touch.number)
    return (at + timedelta(days=days)).replace(microsecond=0)


def who_of(story: Story, touch: Touch, place: int = 0) -> str | None:
    """The contact that an activity names, unless it was left out."""
    if story.account.dice.uniform("task:no_who", touch.number, place) < NO_WHO:
        return None
    return touch.contacts[0].contact_id


def task_of(
    story: Story,
    touch: Touch,
    at: datetime,
    created: datetime,
    as_of: datetime,
    place: int = 0,
    **fields: object,
) -> dict:
    """A task that is completed at an instant, open before; 10 % are only logged later."""
    created = logged_at(story, touch, at) or created
    is_done = at < as_of
    dated = story.account.dice.uniform("task:no_date", touch.number, place) >= NO_COMPLETION
    return {
        "Id": touch_id(story, touch, "Task", place),
        "IsDeleted": False,
        "AccountId": story.account.account_id,
        "WhoId": who_of(story, touch, place),
        "WhatId": story.account.account_id,
        "OwnerId": touch.owner_id,
        "Subject": None,
        "ActivityDate": at.date(),
        "CompletedDateTime": at if is_done and dated else None,
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
        "SystemModstamp": max(at, created) if is_done else created,
        "_visible_from": created,
    }


def add_task(story: Story, touch: Touch, task: dict, records: Records, place: int = 0) -> None:
    """The task, and who it was with; a task that names nobody has no such rows either."""
    records["Task"].append(task)
    if task["WhoId"] is None:
        return
    for position, contact in enumerate(touch.contacts):
        records["TaskWhoRelation"].append(
            {
                "Id": touch_id(story, touch, "TaskWhoRelation", 5 * place + position),
                "IsDeleted": False,
                "TaskId": task["Id"],
                "RelationId": contact.contact_id,
                "Type": "Contact",
                "CreatedDate": task["CreatedDate"],
                "SystemModstamp": task["CreatedDate"],
                "_visible_from": task["_visible_from"],
            }
        )
