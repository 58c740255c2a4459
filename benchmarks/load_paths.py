"""One way of loading, in a process of its own: `python -m benchmarks.load_paths WAY [FOLDER]`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dlt
import duckdb

from benchmarks.load_inputs import AS_OF
from ingestion.salesforce_session import Session
from ingestion.warehouse import VENDORS, pipeline_for, prepare
from ingestion.warehouse_file import warehouse_path


def ours(vendor: str, resource: str) -> None:
    """As the project loads it."""
    prepare(vendor)
    pipeline_for(vendor).run(VENDORS[vendor](AS_OF).with_resources(resource))


def nothing() -> None:
    """What every load takes before its first row."""
    ours("recurly", "plans")


def default_pages() -> None:
    """The records of the same pages, handed to dlt as they come."""

    @dlt.resource(name="tasks", write_disposition="merge", primary_key="Id")
    def pages() -> Iterator[Any]:
        from ingestion.salesforce_objects import OBJECTS

        fields = ", ".join(OBJECTS["Task"].fields)
        client = Session().client
        page = client.query(f"SELECT {fields} FROM Task", include_deleted=True)
        while True:
            yield page["records"]
            if page["done"]:
                return
            page = client.query_more(page["nextRecordsUrl"], identifier_is_url=True)

    default_pipeline().run(pages())


def default_files(folder: str) -> None:
    """The same files by dlt's own reader of Parquet."""
    from dlt.sources.filesystem import filesystem, read_parquet

    files = filesystem(bucket_url=folder, file_glob="**/*.parquet") | read_parquet()
    default_pipeline().run(files.with_name("events"), write_disposition="replace")


def default_pipeline() -> dlt.Pipeline:
    """A pipeline without a setting, but for where it works."""
    path = warehouse_path()
    return dlt.pipeline(
        pipeline_name="by_default",
        destination=dlt.destinations.duckdb(str(path)),
        dataset_name="raw_by_default",
        pipelines_dir=str(path.parent / "pipelines"),
    )


def duckdb_alone(folder: str) -> None:
    """The same files, the same sums, nothing around them."""
    with duckdb.connect(str(warehouse_path())) as connection:
        connection.execute(
            f"""
            create table events as
            select day, accountId, visitorId, appId,
                sum(numEvents) as numEvents, sum(numMinutes) as numMinutes
            from (
                select day, accountId, visitorId, appId, server, remoteIp, userAgent,
                    max(numEvents) as numEvents, max(numMinutes) as numMinutes
                from read_parquet('{Path(folder)}/*/*.parquet')
                group by all
            )
            group by all
            """
        )


WAYS = {
    "nothing": nothing,
    "salesforce_pages": lambda: ours("salesforce", "tasks"),
    "salesforce_jobs": lambda: ours("salesforce", "tasks"),
    "salesforce_by_default": default_pages,
    "pendo_api": lambda: ours("pendo", "events"),
    "pendo_files": lambda: ours("pendo", "events"),
    "pendo_files_by_default": default_files,
    "pendo_files_duckdb_alone": duckdb_alone,
}

if __name__ == "__main__":
    WAYS[sys.argv[1]](*sys.argv[2:])
