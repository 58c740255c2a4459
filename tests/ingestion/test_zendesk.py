"""Zendesk over real HTTP: what becomes of ticket events."""

from pathlib import Path

from tests.ingestion.warehouse_contents import query

EVENTS = """
    select t.ticket_id, c.event_type, c.field, c.value, c.previous_value
    from raw_zendesk.ticket_events as t
    inner join raw_zendesk.ticket_events__child_events as c on c._dlt_parent_id = t._dlt_id
    order by t.created_at, c.field
"""


def test_events_become_one_row_per_followed_field_that_they_set(loaded_in_august: Path) -> None:
    """Comments and other fields are left out, also where they carry a status."""
    assert query(loaded_in_august, EVENTS) == [
        ("1", "Create", "priority", None, None),
        ("1", "Create", "status", "new", None),
        ("1", "Change", "status", "open", "new"),
    ]
