"""The shape of Pendo's daily counts: how they are asked for and what lands in the warehouse."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ingestion.pendo_aggregation import Step, source_step
from ingestion.tables import SCHEMA_CONTRACT, Fields, column_name, fields
from ingestion.vendor_errors import VendorLoadError

if TYPE_CHECKING:
    import pyarrow as pa

VENDOR = "pendo"
# Marks the row that stands for a day that is replaced; never written to the table.
REPLACED_DAY = "is_replaced_day"
COUNTS = ("numEvents", "numMinutes")
# Pendo's grain is finer than ours: it splits a day by where and with what people worked.
SPLIT_BY = ("server", "remoteIp", "userAgent")


@dataclass(frozen=True)
class Bucket:
    """One of Pendo's event sources, and the fields of its rows that are kept."""

    source: str
    columns: Fields


def _bucket(source: str, refers_to: str = "") -> Bucket:
    text = f"accountId visitorId {refers_to}"
    return Bucket(source, fields(text=text, integer="day appId numEvents numMinutes"))


BUCKETS = {
    "events": _bucket("events"),
    "feature_events": _bucket("featureEvents", "featureId"),
    "track_events": _bucket("trackEvents", "trackTypeId"),
}


def bucket_pipeline(bucket: Bucket, days: list[int]) -> list[Step]:
    """Ask for the days with one row per account, visitor, application, feature and day.

    The first grouping drops rows that Pendo repeats, the second adds up what it splits by
    server, address and browser.
    """
    grain = [path for path in bucket.columns if path not in COUNTS]
    return [
        source_step(bucket.source, days),
        _group([*grain, *SPLIT_BY], "max"),
        _group(grain, "sum"),
    ]


def _group(keys: list[str], aggregate: str) -> Step:
    return {"group": {"group": keys, "fields": {name: {aggregate: name} for name in COUNTS}}}


def arrow_rows(
    bucket: Bucket,
    resource: str,
    rows: list[dict[str, Any]],
    replaced_days: list[int] | None = None,
) -> "pa.Table":
    """Result rows as a table of fixed schema, or one marking row per day to replace.

    Raises:
        VendorLoadError: a value is not of the declared type.
    """
    import pyarrow as pa

    types = {"text": pa.string(), "bigint": pa.int64()}
    marked = [{"day": day, REPLACED_DAY: True} for day in replaced_days or []]
    names = {path: column_name(path) for path in bucket.columns}
    schema = [
        pa.field(names[path], types[kind], nullable=path != "day")
        for path, kind in bucket.columns.items()
    ]
    try:
        arrays = [
            pa.array([row.get(path) for row in rows or marked], types[kind])
            for path, kind in bucket.columns.items()
        ]
    except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError) as error:
        raise VendorLoadError(
            VENDOR,
            resource,
            cause=f"a value is no longer of the type it had: {error}",
            remedy="compare Pendo's answer with the columns in ingestion/pendo_events.py",
        ) from error
    arrays.append(pa.array([bool(marked)] * len(rows or marked), pa.bool_()))
    return pa.table(arrays, schema=pa.schema([*schema, pa.field(REPLACED_DAY, pa.bool_())]))


def counts_of_batch(bucket: Bucket, batch: "pa.RecordBatch") -> "pa.Table":
    """A batch of rows under Pendo's names and of the declared types, as they are stored."""
    import pyarrow as pa

    types = {"text": pa.string(), "bigint": pa.int64()}
    schema = [
        pa.field(column_name(path), types[kind], nullable=path != "day")
        for path, kind in bucket.columns.items()
    ]
    arrays = [batch.column(path).cast(types[kind]) for path, kind in bucket.columns.items()]
    arrays.append(pa.array([False] * batch.num_rows, pa.bool_()))
    return pa.table(arrays, schema=pa.schema([*schema, pa.field(REPLACED_DAY, pa.bool_())]))


def bucket_hints(bucket: Bucket, name: str) -> dict[str, Any]:
    """Keyword arguments for `dlt.resource`: a load replaces the days that it holds."""
    columns = {
        column: {"name": column, "data_type": data_type}
        for column, data_type in (
            (column_name(path), kind) for path, kind in bucket.columns.items()
        )
    }
    columns[REPLACED_DAY] = {"name": REPLACED_DAY, "data_type": "bool", "hard_delete": True}
    return {
        "name": name,
        "columns": columns,
        "merge_key": "day",
        "write_disposition": "merge",
        "schema_contract": SCHEMA_CONTRACT,
    }
