"""E-mails: every message as EmailMessage, and once more as a Task."""

from __future__ import annotations

from datetime import datetime, timedelta

from ingestion.sandbox.company.crm_tasks import Records, add_task, logged_at, task_of, touch_id
from ingestion.sandbox.company.engagements import Touch
from ingestion.sandbox.company.story import Story


def add_email(story: Story, touch: Touch, as_of: datetime, records: Records) -> None:
    """Our message, and the customer's unless it stays without answer; each also as a Task."""
    ours_first = (
        touch.kind == "sent_email" or story.account.dice.uniform("email:first", touch.number) < 0.6
    )
    sent = touch.at if touch.kind == "sent_email" else touch.at - timedelta(hours=20)
    if ours_first:
        _add_message(story, touch, 0, sent, None, as_of, records)
    if touch.kind == "email":
        first = touch_id(story, touch, "EmailMessage", 0) if ours_first else None
        _add_message(story, touch, 1, touch.at, first, as_of, records)


def _add_message(
    story: Story,
    touch: Touch,
    place: int,
    at: datetime,
    reply_to: str | None,
    as_of: datetime,
    records: Records,
) -> None:
    """Place 0 is ours, place 1 the customer's."""
    incoming = place == 1
    task = task_of(
        story, touch, at, at, as_of, place, Subject="Email", TaskSubtype="Email", Type="Email"
    )
    add_task(story, touch, task, records, place)
    own = f"success.{touch.owner_id[11:15].lower()}@tidewell.example"
    logged = logged_at(story, touch, at) or at
    records["EmailMessage"].append(
        {
            "Id": touch_id(story, touch, "EmailMessage", place),
            "IsDeleted": False,
            "ActivityId": task["Id"],
            "RelatedToId": story.account.account_id,
            "ParentId": None,
            "Subject": "Email",
            "Incoming": incoming,
            "MessageDate": at,
            "FromAddress": touch.contacts[0].email if incoming else own,
            "ReplyToEmailMessageId": reply_to,
            "Status": "1" if incoming else "3",
            "CreatedDate": logged,
            "SystemModstamp": logged,
            "_visible_from": logged,
        }
    )
