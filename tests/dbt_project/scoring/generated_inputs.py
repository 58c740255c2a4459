"""Inputs of one plain scorecard's accounts in every state, drawn by hashes: the same every time."""

from __future__ import annotations

from pathlib import Path

import duckdb

FIRST, LAST = "2025-10-01", "2026-11-01"

# Accounts that come (4), go (3), pause in June (5) or are gated (7); segments by the number.
ACCOUNT_MONTHS = """
insert into given_account_months
select
    printf('001%015d', number) as account_id, score_month,
    ['small', 'medium', 'enterprise'][1 + number % 3] as size_segment,
    if(number % 5 = 0, 'deployment', 'implemented') as lifecycle_stage,
    'emea' as region, 'unknown' as vertical
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
insert into given_values
with drawn as (
    select
        account_id, score_month, metric, lowest, highest,
        hash(account_id) % 1000 / 1000 as quality,
        hash(account_id || metric || score_month) % 10000 / 10000 as luck,
        hash('state' || account_id || metric || score_month) % 1000 / 1000 as chance,
        hash('silence' || account_id || score_month) % 100 as silence
    from given_account_months
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
    account_id, score_month, metric, value_state,
    case when value_state in ('observed', 'stale') then
        (lowest + (highest - lowest) * (0.8 * quality + 0.5 * luck - 0.15))::double
    end as value
from states
"""

# Overrides now and then, of all three bands, some withdrawn.
OVERRIDES = """
insert into given_overrides
select
    account_id, (score_month + interval 20 day)::timestamp as created_at,
    ['green', 'yellow', 'red'][(1 + hash(score_month) % 3)::bigint] as band,
    (score_month + interval 40 day)::date as expires_on, hash(account_id) % 7 = 0 as is_deleted
from given_account_months
where hash('override' || account_id || score_month) % 25 = 0
"""


def give_generated_inputs(
    connection: duckdb.DuckDBPyConnection, seeds: Path, accounts: int = 40
) -> None:
    """Fill the given tables for the months FIRST .. LAST."""
    connection.execute(
        "create or replace temp table catalogue as "
        "select metric, least(worst_value, best_value) as lowest, "
        "greatest(worst_value, best_value) as highest from "
        f"'{seeds}/scorecard_metrics.csv' where scorecard = 'customer_health' and version = 1"
    )
    connection.execute(ACCOUNT_MONTHS.format(first=FIRST, last=LAST), {"accounts": accounts})
    connection.execute(METRIC_VALUES)
    connection.execute(OVERRIDES)
