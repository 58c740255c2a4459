"""E-mails: every message as EmailMessage, and the exchange once more as a Task."""

from __future__ import annotations

from datetime import datetime, timedelta

from ingestion.sandbox.company.crm_tasks import Records, add_people, task_of, touch_id
from ingestion.sandbox.company.engagements import Touch
from ingestion.sandbox.company.story import Story


def add_email(story: Story, touch: Touch, as_of: datetime, records: Records) -> None:
    """Our message, and the customer's unless it stays without answer; each also as a Task."""
    dice = story.account.dice
    ours_first = touch.kind == "sent_email" or dice.uniform("email:first", touch.number) < 0.6
    task = task_of(
        story, touch, touch.at, as_of, Subject="Email", TaskSubtype="Email", Type="Email"
    )
    records["Task"].append(task)
    add_people(story, touch, task, records)
    sent = touch.at if touch.kind == "sent_email" else touch.at - timedelta(hours=20)
    own = f"success.{touch.owner_id[11:15].lower()}@tidewell.example"
    if ours_first:
        records["EmailMessage"].append(_message(story, touch, task, 0, False, sent, own, None))
    if touch.kind == "email":
        first = touch_id(story, touch, "EmailMessage", 0) if ours_first else None
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
        "Id": touch_id(story, touch, "EmailMessage", place),
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
