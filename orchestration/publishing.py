"""Write, audit, publish: what has passed its tests becomes what readers see, all at once."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from ingestion.warehouse_file import warehouse_path
from orchestration.audit_state import unaudited_builds
from orchestration.candidate import (
    FACT,
    PUBLISHED_SCHEMAS,
    audit,
    copy_tables,
    open_candidate,
    published_tables,
)
from orchestration.clock import as_of_of_run
from orchestration.dbt_assets import POOL
from orchestration.dbt_graph import freshness
from orchestration.no_way_back import refuse_going_back
from orchestration.partitions import MonthRange, months_of_tags
from orchestration.paths import serving_folder
from orchestration.publications import Publication, code_version, write_publications
from orchestration.serving import (
    DATABASE,
    PARQUET,
    new_candidate_folder,
    publish_candidate,
    version_name,
    write_parquet,
)
from orchestration.warehouse_lock import hold_warehouse

# The daily run and half a day to mend what stopped it.
PUBLISHED_EVERY_HOURS = 36


def build_publish_asset(dbt_keys: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    @dg.asset(
        name="publish",
        deps=[key for key in dbt_keys if key.path[0] in PUBLISHED_SCHEMAS],
        group_name="publishing",
        owners=["team:data_engineering"],
        kinds={"duckdb", "parquet"},
        description=(
            "All marts and audit tables, audited and published: serving/customer_health.duckdb and "
            "serving/parquet in the data folder. Replaced atomically; the last versions are kept."
        ),
        freshness_policy=freshness(PUBLISHED_EVERY_HOURS),
        pool=POOL,
    )
    def publish(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        as_of = as_of_of_run(context)
        refuse_going_back(as_of)
        hold_warehouse(warehouse_path(), f"run {context.run.run_id}")
        refuse_unaudited()
        passed, warned = count_checks(context)
        publication = publish_warehouse(
            warehouse_path(),
            serving_folder(),
            as_of,
            months_of_tags(context.run.tags),
            (passed, warned),
            context.run.run_id,
        )
        context.log.info(f"published version {publication.version}")
        return dg.MaterializeResult(
            metadata={
                "version": publication.version,
                "dagster/row_count": publication.row_counts[FACT],
                "tables": len(publication.row_counts),
                "checks_passed": passed,
                "checks_warned": warned,
                "code_version": publication.code_version,
                "database": dg.MetadataValue.path(serving_folder() / DATABASE),
                "parquet": dg.MetadataValue.path(serving_folder() / PARQUET),
            }
        )

    return publish


def publish_warehouse(
    warehouse: Path,
    serving: Path,
    as_of: datetime,
    months: MonthRange | None,
    checks: tuple[int, int],
    run_id: str,
) -> Publication:
    """Copy, audit and publish the marts and audit tables of the warehouse.

    Args:
        months: what the run computed; None: published as it was.
        checks: how many passed, how many did not and do not stop a publication.

    Raises:
        AuditFailed: the candidate is not fit; what was published stays.
    """
    folder = new_candidate_folder(serving)
    published_at = datetime.now(UTC).replace(tzinfo=None)
    version = version_name(published_at)
    with open_candidate(folder / DATABASE, warehouse) as connection:
        tables = published_tables(connection)
        row_counts = copy_tables(connection, tables)
        audit(connection, row_counts)
        publication = Publication(
            version,
            published_at,
            as_of,
            months,
            row_counts,
            *checks,
            code_version(),
            run_id,
        )
        write_publications(connection, publication, serving)
        write_parquet(connection, tables, folder / PARQUET)
        connection.execute("detach warehouse")
        connection.execute("checkpoint")
    publish_candidate(serving, folder, version)
    return publication


def refuse_unaudited() -> None:
    """Stop when the warehouse holds something that has not passed its tests."""
    for step, note in unaudited_builds().items():
        raise dg.Failure(
            f"The warehouse is not fit to be published: {step} was built by run {note['run_id']} "
            f"and did not pass its tests ({' to '.join(note['months']) or 'no score month'}). "
            "What is published stays. Mend the cause and run again: these months are scored anew.",
            allow_retries=False,
        )


def count_checks(context: dg.AssetExecutionContext) -> tuple[int, int]:
    """Checks of this run so far: passed, not passed."""
    records = context.instance.get_records_for_run(
        context.run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION
    ).records
    results = [
        record.event_log_entry.dagster_event.asset_check_evaluation_data.passed
        for record in records
    ]
    return results.count(True), results.count(False)
