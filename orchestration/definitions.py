"""The code location: assembles, defines nothing."""

import dagster as dg

from orchestration.alerts import build_alert_sensors
from orchestration.checks import build_load_checks
from orchestration.clock import as_of_setting, now
from orchestration.dbt_assets import build_dbt_assets
from orchestration.dbt_graph import (
    load_manifest,
    source_descriptions,
    source_freshness,
    source_owners,
)
from orchestration.partitions import score_month_partitions
from orchestration.progress import terminal_progress
from orchestration.publishing import build_publish_asset
from orchestration.resources import dbt_project, resources
from orchestration.run_plan import first_partition
from orchestration.schedules import build_daily_schedule, build_job, build_rescoring_job
from orchestration.vendor_assets import build_vendor_assets


def build_definitions() -> dg.Definitions:
    as_of = as_of_setting() or now()
    project = dbt_project()
    manifest = load_manifest(project)
    partitions = score_month_partitions(first_partition(as_of), as_of)
    vendors = build_vendor_assets(
        source_descriptions(manifest), source_owners(), source_freshness(), as_of
    )
    models = build_dbt_assets(project, manifest, partitions)
    jobs = [build_job(), build_rescoring_job()]
    return dg.Definitions(
        assets=[
            *vendors,
            *models,
            build_publish_asset([key for step in models for key in step.keys]),
        ],
        asset_checks=[
            build_load_checks(sorted(key for step in vendors for key in step.keys), manifest)
        ],
        jobs=jobs,
        schedules=[build_daily_schedule(jobs[0])],
        sensors=build_alert_sensors(),
        resources=resources(),
        loggers={"terminal": terminal_progress},
    )


defs = build_definitions()
