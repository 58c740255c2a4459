"""The company's support records as Zendesk shows them: what lists leave out and exports add."""

from datetime import datetime, timedelta

from ingestion.sandbox.zendesk_exports import Record, changed_at

SINGULAR = {
    "tickets": "ticket", "users": "user", "organizations": "organization",
    "satisfaction_ratings": "satisfaction_rating", "groups": "group",
    "organization_memberships": "organization_membership",
    "ticket_metrics": "ticket_metric", "deleted_tickets": "deleted_ticket",
    "deleted_users": "deleted_user", "ticket_fields": "ticket_field",
    "user_fields": "user_field", "organization_fields": "organization_field",
    "brands": "brand", "tags": "tag", "macros": "macro", "ticket_forms": "ticket_form",
    "group_memberships": "group_membership",
    "custom_statuses": "custom_status",
}  # fmt: skip
# Zendesk forgets deleted tickets after 30 days.
DELETED_TICKETS_KEPT = timedelta(days=30)


def lists_of(records: dict[str, list[Record]], as_of: datetime) -> dict[str, list[Record]]:
    """Return the records of every list by its name; what the company lacks is empty."""
    return {name: _listed(name, records, as_of) for name in SINGULAR}


def _listed(name: str, records: dict[str, list[Record]], as_of: datetime) -> list[Record]:
    rows, tickets = records.get(name, []), records.get("tickets", [])
    if name == "tickets":
        rows = [_without(r, "metric_set", "generated_timestamp") for r in rows if _is_kept(r)]
    elif name == "organizations":
        rows = [_without(r, "deleted_at") for r in rows if not r.get("deleted_at")]
    elif name == "deleted_tickets":
        since = as_of - DELETED_TICKETS_KEPT
        rows = [
            {"id": r["id"], "subject": r.get("subject"), "deleted_at": r["updated_at"]}
            for r in tickets
            if not _is_kept(r) and r["updated_at"] >= since
        ]
    elif name == "ticket_metrics":
        # Metrics of archived (closed) tickets are only in the ticket export.
        rows = [
            r["metric_set"]
            for r in reversed(tickets)
            if r.get("metric_set") and _is_kept(r) and r["status"] != "closed"
        ]
    return rows


def sideloads_of(
    tickets: list[Record], includes: list[str], lists: dict[str, list[Record]]
) -> dict[str, list[Record]]:
    """Return the users and organisations of a page of tickets, where asked for."""
    found = {}
    for name, key in (("users", "requester_id"), ("organizations", "organization_id")):
        if name in includes:
            wanted = {ticket.get(key) for ticket in tickets}
            found[name] = [r for r in lists[name] if r["id"] in wanted]
    return found


def exported_ticket(ticket: Record, with_metrics: bool) -> Record:
    """Return a ticket as exports do, which repeat the custom fields under another name."""
    row = ticket if with_metrics else _without(ticket, "metric_set")
    fields = ticket.get("custom_fields", [])
    return {**row, "fields": fields, "generated_timestamp": changed_at(ticket)}


def _is_kept(ticket: Record) -> bool:
    return ticket["status"] != "deleted"


def _without(record: Record, *keys: str) -> Record:
    return {key: value for key, value in record.items() if key not in keys}
