"""What the scoring models read, written from three given tables: the one place that knows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from tests.dbt_project.dbt_command import AS_OF, DbtFolder, copy_of_the_project

# Folders of models that are built from what is written here, or on what is.
BUILT = ("intermediate/calendar", "intermediate/scoring", "marts/health")

GIVEN = """
create or replace temp table given_account_months (
    account_id varchar, score_month date, size_segment varchar, lifecycle_stage varchar,
    region varchar, vertical varchar
);
create or replace temp table given_values (
    account_id varchar, score_month date, metric varchar, value_state varchar, value double
);
create or replace temp table given_overrides (
    account_id varchar, created_at timestamp, band varchar, expires_on date, is_deleted boolean
);
"""

ACCOUNT_MONTHS = """
create schema if not exists intermediate;
create or replace table intermediate.int_account_months as
select
    account_id, score_month, 'Account ' || account_id as account_name,
    'CSM ' || hash(account_id) % 7 as csm_name, size_segment, false as is_high_growth,
    lifecycle_stage, region, vertical, 1000.0::double as mrr, 'EUR' as currency,
    1100.0::double as mrr_reporting, date '2027-01-01' as renewal_date,
    10::integer as tenure_months,
    least(score_month + interval 1 month, timestamp '{as_of}')::timestamp as as_of,
    score_month + interval 1 month > timestamp '{as_of}' as is_provisional
from given_account_months
"""

# A row for every metric of the catalogue, as the metric models write them.
METRIC_VALUES = """
create or replace table intermediate.int_metric_values_monthly as
select
    months.account_id, months.score_month, catalogue.metric, catalogue.metric_group,
    given_values.value, coalesce(given_values.value_state, 'not_applicable') as value_state,
    'recorded' as value_basis, months.as_of as observed_at
from intermediate.int_account_months as months
cross join (select metric, metric_group from '{metrics}') as catalogue
left join given_values using (account_id, score_month, metric)
"""

OVERRIDES = """
create schema if not exists staging;
create or replace table staging.stg_salesforce__health_overrides as
select
    printf('%d', row_number() over (order by account_id, created_at)) as health_override_id,
    is_deleted, account_id, band, 'other' as reason_code, expires_on, '005' as created_by_id,
    created_at
from given_overrides
"""

ALIASES = """
create or replace table intermediate.int_account_aliases as
select distinct account_id as alias_id, account_id, false as is_test
from intermediate.int_account_months
"""


def scoring_project(folder: Path) -> DbtFolder:
    """A copy of the project whose other models are stubs: dbt parses it in half the time."""
    copied = copy_of_the_project(folder)
    models = copied.project / "models"
    for path in [path for path in models.rglob("*.*") if path.parent != models]:
        if path.relative_to(models).as_posix().startswith(BUILT):
            continue
        if path.suffix == ".sql":
            path.write_text("select 1 as stub")
        elif path.suffix == ".yml" and path.name != "exposures.yml":
            path.unlink()
    return copied


def start_inputs(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the three given tables, empty."""
    connection.execute(GIVEN)


def give(connection: duckdb.DuckDBPyConnection, table: str, rows: list[tuple[Any, ...]]) -> None:
    """Add rows to a given table, as Arrow: `executemany` takes a second per thousand."""
    names = [name for name, *_ in connection.execute(f"describe {table}").fetchall()]
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    given_rows = pa.table({n: list(cells) for n, cells in zip(names, columns, strict=True)})
    connection.register("given_rows", given_rows)
    connection.execute(f"insert into {table} from given_rows")


def write_inputs(connection: duckdb.DuckDBPyConnection, seeds: Path) -> None:
    """Write every table that the scoring models read, from the given ones."""
    connection.execute(ACCOUNT_MONTHS.format(as_of=AS_OF))
    connection.execute(METRIC_VALUES.format(metrics=seeds / "metrics.csv"))
    connection.execute(OVERRIDES)
    connection.execute(ALIASES)
