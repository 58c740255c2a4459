"""Generated inputs of the scoring models: metric values and account months in every state."""

from __future__ import annotations

from pathlib import Path

import duckdb

FIRST, LAST = "2025-10-01", "2026-11-01"

# Accounts that come (4), go (3), pause in June (5) or are gated (7); segments by the number.
ACCOUNT_MONTHS = """
create or replace table intermediate.int_account_months as
select
    printf('001%015d', number) as account_id, score_month, 'Account ' || number as account_name,
    'CSM ' || number % 7 as csm_name,
    ['small', 'medium', 'enterprise'][1 + number % 3] as size_segment,
    false as is_high_growth, if(number % 5 = 0, 'deployment', 'implemented') as lifecycle_stage,
    'emea' as region, 'unknown' as vertical, 1000.0::double as mrr, 'EUR' as currency,
    1100.0::double as mrr_reporting, date '2027-01-01' as renewal_date,
    10::integer as tenure_months,
    least(score_month + interval 1 month, timestamp '2026-11-15')::timestamp as as_of,
    score_month = date '2026-11-01' as is_provisional
from range($accounts) as accounts (number)
cross join (
    select unnest(generate_series(date '{first}', date '{last}', interval 1 month))::date
) as months (score_month)
where not (number % 10 = 3 and score_month > date '2026-08-01')
    and not (number % 10 = 4 and score_month < date '2026-03-01')
    and not (number % 10 = 5 and month(score_month) = 6)
"""

# Values around the ends of the metric's range, so that some are cut; states by chance, and now
# and then an account of which hardly anything was observed.
METRIC_VALUES = """
create or replace table intermediate.int_metric_values_monthly as
with drawn as (
    select
        account_id, score_month, metric, metric_group, lowest, highest,
        hash(account_id) % 1000 / 1000 as quality,
        hash(account_id || metric || score_month) % 10000 / 10000 as luck,
        hash('state' || account_id || metric || score_month) % 1000 / 1000 as chance,
        hash('silence' || account_id || score_month) % 100 as silence
    from intermediate.int_account_months
    cross join catalogue
),
states as (
    select *, case
        when hash(account_id || metric) % 100 < 4 then 'not_applicable'
        when silence < 3 or (silence < 12 and hash(metric || account_id) % 3 < 2) then 'unmapped'
        when chance < 0.05 then 'source_late'
        when chance < 0.10 then 'not_enough_history'
        when chance < 0.13 then 'stale'
        else 'observed'
    end as value_state
    from drawn
)
select
    account_id, score_month, metric, metric_group,
    case when value_state in ('observed', 'stale') then
        (lowest + (highest - lowest) * (0.8 * quality + 0.5 * luck - 0.15))::double
    end as value,
    value_state, 'recorded' as value_basis,
    (score_month + interval 1 month)::timestamp as observed_at
from states
"""


# Overrides now and then, of all three bands, some withdrawn.
OVERRIDES = """
create or replace table staging.stg_salesforce__health_overrides as
select
    printf('%d', row_number() over (order by account_id, score_month)) as health_override_id,
    hash(account_id) % 7 = 0 as is_deleted, account_id,
    ['green', 'yellow', 'red'][(1 + hash(score_month) % 3)::bigint] as band, 'other' as reason_code,
    (score_month + interval 40 day)::date as expires_on, '005' as created_by_id,
    (score_month + interval 20 day)::timestamp as created_at
from intermediate.int_account_months
where hash('override' || account_id || score_month) % 25 = 0
"""
ALIASES = """
create or replace table intermediate.int_account_aliases as
select distinct account_id as alias_id, account_id, false as is_test
from intermediate.int_account_months
"""


def write_inputs(warehouse: Path, seeds: Path, accounts: int = 60) -> None:
    """Write int_account_months and int_metric_values_monthly for FIRST .. LAST."""
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema if not exists intermediate")
        connection.execute(
            "create or replace temp table catalogue as "
            "select metric, metric_group, least(worst_value, best_value) as lowest, "
            "greatest(worst_value, best_value) as highest "
            f"from '{seeds}/metrics.csv' join '{seeds}/scorecard_metrics.csv' using (metric) "
            "where scorecard = 'customer_health' and version = 1"
        )
        months = {"first": FIRST, "last": LAST}
        connection.execute(ACCOUNT_MONTHS.format(**months), {"accounts": accounts})
        connection.execute(METRIC_VALUES)
        connection.execute("create schema if not exists staging")
        connection.execute(OVERRIDES)
        connection.execute(ALIASES)
