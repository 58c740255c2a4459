"""Where raw data lands: one dlt pipeline per vendor, and what happens around a load.

    prepare(vendor)                   every declared table exists, watermarks say what to expect
    pipeline_for(vendor).run(...)     or an orchestrator's own call with the same source
    write_watermarks(vendor, as_of)   last: from here on the load counts

`load` does all of it.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import dlt

from ingestion.load_origin import create_origin, note_origin, refuse_another_company
from ingestion.pendo import pendo_source
from ingestion.recurly import recurly_source
from ingestion.salesforce import salesforce_source
from ingestion.schema_drift import create_schema_changes
from ingestion.settings import configured_vendors, is_configured
from ingestion.vendor_errors import VendorLoadError, vendor_error_in
from ingestion.warehouse_file import connection, raw_schema, warehouse_path
from ingestion.watermarks import (
    create_watermarks,
    declare_resources,
    naive_utc,
    replace_watermarks,
)
from ingestion.zendesk import zendesk_source

if TYPE_CHECKING:
    from dlt.common.pipeline import LoadInfo
    from dlt.extract import DltSource

__all__ = [
    "VENDORS",
    "VendorLoadError",
    "configured_vendors",
    "load",
    "pipeline_for",
    "prepare",
    "vendor_error_in",
    "warehouse_path",
    "write_watermarks",
]

# The vendors: a new one is a module, a line here, and its key in settings.SECRET_OF.
VENDORS: dict[str, "Callable[..., DltSource]"] = {
    "salesforce": salesforce_source,
    "pendo": pendo_source,
    "zendesk": zendesk_source,
    "recurly": recurly_source,
}
# dlt's data types as DuckDB writes them.
COLUMN_TYPES = {
    "text": "varchar",
    "bool": "boolean",
    "bigint": "bigint",
    "double": "double",
    "date": "date",
    "timestamp": "timestamp",
}
# No matter when: the declared tables do not depend on it.
ANY_TIME = datetime(2000, 1, 1)


def pipeline_for(vendor: str) -> dlt.Pipeline:
    """The vendor's pipeline into `raw_<vendor>`; its working files lie beside the warehouse.

    Parquet, since rows loaded as INSERT statements take five times as long.
    """
    path = warehouse_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    return dlt.pipeline(
        pipeline_name=vendor,
        destination=dlt.destinations.duckdb(str(path), preferred_loader_file_format="parquet"),
        dataset_name=raw_schema(vendor),
        pipelines_dir=str(pipelines_folder(path)),
    )


def pipelines_folder(warehouse: Path) -> Path:
    """dlt's working folder of a warehouse."""
    return warehouse.parent / "pipelines"


def prepare(vendor: str) -> None:
    """Create what is declared and not there yet, and note which resources are expected.

    Models may rely on every declared table and column, whether the vendor is configured,
    loaded, or has such records at all. Nothing is asked of the vendor.
    """
    source = VENDORS[vendor](ANY_TIME)
    create_watermarks(vendor)
    create_schema_changes(vendor)
    create_origin(vendor)
    schema = raw_schema(vendor)
    with connection() as warehouse:
        for name, table in source.discover_schema().tables.items():
            if name.startswith("_dlt"):
                continue
            columns = [_column(column) for column in table["columns"].values()]
            warehouse.execute(f"create table if not exists {schema}.{name} ({', '.join(columns)})")
            for column in columns:
                if not column.endswith("not null"):
                    warehouse.execute(
                        f"alter table {schema}.{name} add column if not exists {column}"
                    )
    declare_resources(vendor, source.resources, is_configured(vendor))


def _column(column: dict) -> str:
    """A column's definition; keys and dlt's own columns are not null, as dlt creates them."""
    required = "" if column.get("nullable", True) else " not null"
    return f"{column['name']} {COLUMN_TYPES[column['data_type']]}{required}"


def write_watermarks(vendor: str, as_of: datetime) -> None:
    """Say that what the last load read up to as_of is complete; call it when that succeeded.

    Resources that the load did not include keep their watermarks.

    Raises:
        RuntimeError: the last load did not finish.
    """
    pipeline = pipeline_for(vendor)
    if pipeline.has_pending_data:
        raise RuntimeError(
            f"{vendor}: the last load did not finish, its watermarks stay; load it again"
        )
    state = pipeline.state.get("sources", {}).get(vendor, {})
    replace_watermarks(vendor, naive_utc(as_of), state.get("resources", {}))
    note_origin(vendor)


def load(vendor: str, as_of: datetime, is_full: bool = False) -> "LoadInfo | None":
    """Bring a vendor's raw tables up to as_of; None if it is not configured.

    With `is_full` everything is read again, not only what changed since the last load.

    Raises:
        VendorLoadError: the vendor cannot be loaded; its watermarks stay as they were.
    """
    prepare(vendor)
    if not is_configured(vendor):
        return None
    refuse_another_company(vendor)
    # What a killed run left behind is not finished but read again, up to this as_of.
    pipeline = pipeline_for(vendor).drop()
    try:
        info = pipeline.run(VENDORS[vendor](as_of, is_full))
    except Exception as error:
        failure = vendor_error_in(error)
        if failure is None:
            raise
        raise failure from error
    write_watermarks(vendor, as_of)
    return info
