"""The bands of a version, had it taken over from the official series in a month.

A re-scored series is one of its own: its first month decides its band without margin. A version
that takes over in the official series finds its borders as the months before left them. Compared
with the official bands, the first would show changes that nobody would ever see.
"""

from datetime import date

import duckdb

from orchestration.candidate import quoted

# Each border is set, cleared, or left as it was; how it stood before the first month is told by the
# official band of then.
CONTINUE = """
create or replace temp table after_results as
with left_before as (
    select account_id, max_by(calculated_band, score_month) as band
    from {catalog}.marts.fct_scorecard_results_monthly
    where
        is_official and use_case = '{use_case}'
        and score_month < date '{start}' and calculated_band <> 'unknown'
    group by account_id
),
signals as (
    select
        results.*, versions.method, left_before.band as band_before,
        {green} as green_signal,
        {yellow} as yellow_signal
    from after_results as results
    inner join {catalog}.marts.dim_scorecards as versions using (scorecard, scorecard_version)
    left join left_before using (account_id)
),
latched as (
    select
        *,
        last_value(green_signal ignore nulls) over months as green_latch,
        last_value(yellow_signal ignore nulls) over months as yellow_latch
    from signals
    window months as (partition by account_id order by score_month)
)
select * exclude (method, band_before, green_signal, yellow_signal, green_latch, yellow_latch)
    replace (case
        when method = 'rating' or health_score is null or band_before is null then calculated_band
        when coalesce(green_latch, band_before = 'green') then 'green'
        when coalesce(yellow_latch, band_before <> 'red') then 'yellow'
        else 'red'
    end as calculated_band)
from latched
"""
SIGNAL = """case
            when round(health_score, 9) >= round({border} + band_margin, 9) then true
            when round(health_score, 9) < round({border} - band_margin, 9) then false
        end"""


def continue_bands(
    connection: duckdb.DuckDBPyConnection, catalog: str, use_case: str, start: date
) -> None:
    """Let the bands of the temp table after_results go on from the official ones before `start`.

    Args:
        catalog: the attached database whose marts hold the versions and the official series.
        start: first month of after_results, which has the columns `RESULTS` of score_comparison.
    """
    connection.execute(
        CONTINUE.format(
            catalog=catalog,
            use_case=quoted(use_case),
            start=start,
            green=SIGNAL.format(border="green_from"),
            yellow=SIGNAL.format(border="yellow_from"),
        )
    )
