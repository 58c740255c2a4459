"""Whether the vendors' loads were completed: what the watermarks say, as asset checks.

Not blocking: a vendor that is late must not stop the others' scores. Its metrics are source_late
for as long as it lasts, and the failed checks make the run say so.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import dagster as dg

from ingestion.settings import configured_vendors
from ingestion.warehouse_file import warehouse_path
from orchestration.clock import as_of_of_run
from orchestration.dbt_assets import POOL
from orchestration.warehouse_state import Watermark, watermarks

LOAD_COMPLETED = "load_completed"


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


def build_load_checks(keys: Sequence[dg.AssetKey]) -> dg.AssetChecksDefinition:
    """One check per vendor's table, all in one step: a step alone costs half a second.

    Args:
        keys: [vendor, resource] of every vendor's table.
    """

    @dg.multi_asset_check(
        name="check_loads",
        specs=[
            dg.AssetCheckSpec(
                LOAD_COMPLETED,
                asset=key,
                description="The vendor's load reached as_of, and the resource was among it.",
            )
            for key in keys
        ],
        can_subset=True,
        pool=POOL,
    )
    def check_loads(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        as_of, configured = as_of_of_run(context), configured_vendors()
        resources = defaultdict(list)
        for check_key in sorted(context.selected_asset_check_keys):
            resources[check_key.asset_key.path[0]].append(check_key.asset_key)
        for vendor, asset_keys in resources.items():
            marks = watermarks(warehouse_path(), vendor)
            for key in asset_keys:
                passed, severity, reason = judge(key.path[-1], vendor in configured, marks, as_of)
                yield dg.AssetCheckResult(
                    asset_key=key,
                    check_name=LOAD_COMPLETED,
                    passed=passed,
                    severity=severity,
                    description=reason,
                )

    return check_loads
