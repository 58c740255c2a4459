"""The vendors' data as assets: one step per vendor, one asset per resource."""

from collections.abc import Iterator, Mapping
from datetime import datetime

import dagster as dg
from dagster_dlt import DagsterDltResource, DagsterDltTranslator, dlt_assets
from dagster_dlt.translator import DltResourceTranslatorData
from dlt.pipeline.exceptions import PipelineStepFailed

from ingestion.full_reload import full_reload
from ingestion.load_origin import refuse_another_company
from ingestion.settings import configured_vendors
from ingestion.vendor_errors import VendorLoadError, vendor_error_in
from ingestion.warehouse import (
    VENDORS,
    pipeline_for,
    prepare,
    write_watermarks,
)
from ingestion.warehouse_file import warehouse_path
from orchestration.clock import as_of_of_run
from orchestration.dbt_assets import POOL
from orchestration.disk_space import require_space
from orchestration.full_reloads import vendors_to_reload
from orchestration.no_way_back import refuse_going_back
from orchestration.progress import FOR_PEOPLE
from orchestration.warehouse_lock import hold_warehouse

# The part of a load that depends on the vendor: a failure there is theirs, it must not stop what
# the other vendors' data can say. Anything later (our disk, our warehouse) stops the run.
VENDOR_STEPS = ("extract", "normalize")


class VendorTranslator(DagsterDltTranslator):
    """dlt resources as assets named [vendor, resource], the keys of dbt's sources."""

    def __init__(
        self,
        vendor: str,
        descriptions: Mapping[dg.AssetKey, str],
        owners: Mapping[dg.AssetKey, str],
        freshness: Mapping[dg.AssetKey, dg.FreshnessPolicy],
    ) -> None:
        self.vendor = vendor
        self.descriptions = descriptions
        self.owners = owners
        self.freshness = freshness

    def get_asset_spec(self, data: DltResourceTranslatorData) -> dg.AssetSpec:
        key = dg.AssetKey([self.vendor, data.resource.name])
        return (
            super()
            .get_asset_spec(data)
            .replace_attributes(
                key=key,
                # dlt's translator invents an upstream asset per resource, which nothing fills.
                deps=[],
                description=self.descriptions.get(
                    key, f"{data.resource.name} as {self.vendor} has them."
                ),
                group_name=self.vendor,
                owners=[self.owners.get(key, "team:data_engineering")],
                freshness_policy=self.freshness.get(key),
                kinds={"dlt", "duckdb"},
            )
        )


def build_vendor_assets(
    descriptions: Mapping[dg.AssetKey, str],
    owners: Mapping[dg.AssetKey, str],
    freshness: Mapping[dg.AssetKey, dg.FreshnessPolicy],
    as_of: datetime,
) -> list[dg.AssetsDefinition]:
    """One step per vendor of the registry.

    Args:
        descriptions, owners, freshness: of the assets; what they lack is described by its name
            alone.
        as_of: shapes the sources that describe the graph; a run builds its own for its instant.
    """
    return [
        build_assets_of(vendor, VendorTranslator(vendor, descriptions, owners, freshness), as_of)
        for vendor in VENDORS
    ]


def build_assets_of(
    vendor: str, translator: VendorTranslator, as_of: datetime
) -> dg.AssetsDefinition:
    @dlt_assets(
        dlt_source=VENDORS[vendor](as_of),
        dlt_pipeline=pipeline_for(vendor),
        name=f"load_{vendor}",
        dagster_dlt_translator=translator,
        pool=POOL,
    )
    def load_vendor(
        context: dg.AssetExecutionContext, dlt: DagsterDltResource
    ) -> Iterator[dg.MaterializeResult]:
        yield from load(context, dlt, vendor)

    return load_vendor


def load(
    context: dg.AssetExecutionContext, dlt: DagsterDltResource, vendor: str
) -> Iterator[dg.MaterializeResult]:
    """Load what is new at the vendor up to as_of; the watermarks last of all.

    Not configured: the tables stay empty. Not loaded: they stay as they were and so do the
    watermarks, which is what scoring goes by; the run goes on and its checks say who is late.
    """
    as_of = as_of_of_run(context)
    refuse_going_back(as_of)
    hold_warehouse(warehouse_path(), f"run {context.run.run_id}")
    require_space(warehouse_path())
    prepare(vendor)
    if vendor not in configured_vendors():
        context.log.warning(
            f"{vendor} is not configured: its metrics are unmapped.", extra=FOR_PEOPLE
        )
        yield from unchanged(context, "not configured")
        return
    try:
        refuse_another_company(vendor)
        yield from list(
            dlt.run(
                context=context,
                dlt_source=VENDORS[vendor](as_of),
                dlt_pipeline=pipeline_for(vendor),
            )
        )
    except (PipelineStepFailed, VendorLoadError) as error:
        if isinstance(error, PipelineStepFailed) and error.step not in VENDOR_STEPS:
            raise
        reason = str(vendor_error_in(error) or root_cause(error))
        context.log.error(
            f"{vendor} was not loaded, its data stays as it was: {reason}", extra=FOR_PEOPLE
        )
        yield from unchanged(context, f"not loaded: {reason}")
        return
    write_watermarks(vendor, as_of)
    if vendor in vendors_to_reload(context.run.tags):
        reload(context, vendor, as_of)


def reload(context: dg.AssetExecutionContext, vendor: str, as_of: datetime) -> None:
    """Read the vendor again from the beginning, now that what is new is there, and tell what the
    loads before had missed. What cannot be read again stays as it is."""
    try:
        corrections = full_reload(vendor, as_of)
    except VendorLoadError as error:
        context.log.error(f"{vendor} was not read again: {error}", extra=FOR_PEOPLE)
        return
    told = "; ".join(map(str, corrections)) or "nothing had been missed"
    context.log.info(f"{vendor} was read again from the beginning: {told}", extra=FOR_PEOPLE)


def unchanged(context: dg.AssetExecutionContext, reason: str) -> Iterator[dg.MaterializeResult]:
    """A result that says why: without one Dagster skips everything downstream."""
    for key in sorted(context.selected_asset_keys):
        yield dg.MaterializeResult(asset_key=key, metadata={"load": reason})


def root_cause(error: BaseException) -> str:
    """The innermost error in one line: what the vendor answered, not how it travelled."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__
    return " ".join(str(error).split())[:500]
