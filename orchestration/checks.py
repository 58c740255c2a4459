"""Whether the vendors' loads were completed: what the watermarks say, as asset checks.

Not blocking: a vendor that is late must not stop the others' scores. Its metrics are source_late
for as long as it lasts, and the failed checks make the run say so.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import dagster as dg

from ingestion.settings import configured_vendors
from ingestion.warehouse_file import warehouse_path
from orchestration.clock import as_of_of_run
from orchestration.dbt_assets import POOL
from orchestration.field_readers import readers_of
from orchestration.full_reloads import LastReload, last_full_reloads
from orchestration.warehouse_state import (
    SchemaChange,
    Watermark,
    lacking_columns,
    schema_changes,
    watermarks,
)

LOAD_COMPLETED = "load_completed"
NOTHING_MISSED = "nothing_missed"
FIELDS_AS_BEFORE = "fields_as_before"


def complete_through(marks: Sequence[Watermark]) -> datetime | None:
    """The instant up to which the vendor's last completed load goes.

    The latest of its resources: event days end before as_of, everything else at as_of.
    """
    return max((mark.complete_through for mark in marks if mark.complete_through), default=None)


def judge(
    resource: str, is_configured: bool, marks: Sequence[Watermark], as_of: datetime
) -> tuple[bool, dg.AssetCheckSeverity, str]:
    """Passed, severity and reason of one resource's check."""
    warning, error = dg.AssetCheckSeverity.WARN, dg.AssetCheckSeverity.ERROR
    by_resource: Mapping[str, Watermark] = {mark.resource: mark for mark in marks}
    if not is_configured:
        return False, warning, "The vendor is not configured: its metrics are unmapped."
    through = complete_through(marks)
    if through is None:
        return False, error, "The vendor was never loaded: its metrics are source_late."
    if through < as_of:
        return False, error, f"Complete through {through} UTC only; this run is for {as_of} UTC."
    if resource not in by_resource:
        return False, warning, "The vendor's account does not have this: its metrics are unmapped."
    return True, error, f"Complete through {by_resource[resource].complete_through} UTC."


def judge_reload(last: LastReload | None) -> tuple[bool, dg.AssetCheckSeverity, str]:
    """Passed, severity and reason: whether loads saw all that a full reload did."""
    if last is None:
        return True, dg.AssetCheckSeverity.WARN, "Not read again so far."
    if last.correction.changed is None:
        reason = f"The full reload of {last.as_of} UTC did not end well: the run's log says why."
        return False, dg.AssetCheckSeverity.WARN, reason
    if not last.correction:
        reason = f"The full reload of {last.as_of} UTC corrected nothing."
        return True, dg.AssetCheckSeverity.WARN, reason
    reason = f"The full reload of {last.as_of} UTC corrected {last.correction}."
    return False, dg.AssetCheckSeverity.WARN, reason


def judge_fields(
    changes: Sequence[SchemaChange],
    lacking: Sequence[str],
    readers: Callable[[str], Sequence[str]],
) -> tuple[bool, dg.AssetCheckSeverity, str]:
    """Passed, severity and reason: what of a resource's fields is missing, or has just changed.

    Args:
        changes: of the last load. lacking: declared columns without a field at the vendor.
        readers: what depends on a column.
    """
    missing = [(column, "is missing") for column in lacking]
    known = {column for column, _ in missing}
    news = [(c.column, c.sentence) for c in changes if c.column not in known]
    told = [
        f"{column} {what}" + (f" (read by {', '.join(by)})" if (by := readers(column)) else "")
        for column, what in missing + news
    ]
    # A missing column that nothing reads, or a new one, is nobody's trouble.
    is_fine = not any(readers(column) for column in known) and all(
        change.change == "appeared" for change in changes
    )
    return is_fine, dg.AssetCheckSeverity.WARN, "; ".join(told) or "All fields are as they were."


CHECKS = {
    LOAD_COMPLETED: (
        "The vendor's load reached as_of, and the resource was among it. If not: the run's log "
        "says what the vendor answered; the next run loads what this one missed."
    ),
    FIELDS_AS_BEFORE: (
        "The vendor still has every field that is read, of the type it had. If not: ask the "
        "vendor's administrator whether the field was renamed or hidden from the integration's "
        "user, and set its new name in [sources.salesforce.api_names]; metrics that list the field "
        "in metrics.csv are unmapped meanwhile, other columns are NULL. A new field is a column of "
        "text from now on; a model may read it."
    ),
    NOTHING_MISSED: (
        "The last full reload found nothing that the loads before it had missed. If it did, it is "
        "corrected by now, and months that are not closed were scored anew. If it happens every "
        "time, the vendor changes records without moving their time stamp: reload more often "
        "(FULL_RELOAD=<vendor> make run)."
    ),
}


def build_load_checks(
    keys: Sequence[dg.AssetKey], manifest: Mapping[str, Any]
) -> dg.AssetChecksDefinition:
    """Three checks per vendor's table, all in one step: a step alone costs half a second.

    Args:
        keys: [vendor, resource] of every vendor's table.
        manifest: dbt's, which says what reads a column.
    """

    @dg.multi_asset_check(
        name="check_loads",
        specs=[
            dg.AssetCheckSpec(name, asset=key, description=description)
            for name, description in CHECKS.items()
            for key in keys
        ],
        can_subset=True,
        pool=POOL,
    )
    def check_loads(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        as_of, configured = as_of_of_run(context), configured_vendors()
        by_vendor = defaultdict(list)
        for check_key in sorted(context.selected_asset_check_keys):
            by_vendor[check_key.asset_key.path[0]].append(check_key)
        for vendor, check_keys in by_vendor.items():
            marks = watermarks(warehouse_path(), vendor)
            reloads = last_full_reloads(warehouse_path(), vendor)
            changes = schema_changes(warehouse_path(), vendor)
            for key in check_keys:
                resource = key.asset_key.path[-1]
                if key.name == LOAD_COMPLETED:
                    verdict = judge(resource, vendor in configured, marks, as_of)
                elif key.name == FIELDS_AS_BEFORE:
                    verdict = judge_fields(
                        [change for change in changes if change.resource == resource],
                        lacking_columns(marks, resource),
                        partial(readers_of, manifest, vendor, resource),
                    )
                else:
                    verdict = judge_reload(reloads.get(resource))
                passed, severity, reason = verdict
                yield dg.AssetCheckResult(
                    asset_key=key.asset_key,
                    check_name=key.name,
                    passed=passed,
                    severity=severity,
                    description=reason,
                )

    return check_loads
