from datetime import date, datetime
from pathlib import Path

import duckdb

from orchestration.partitions import MonthRange
from orchestration.paths import published_database
from orchestration.run_plan import plan_months

AS_OF = datetime(2026, 11, 15)


def test_a_first_run_that_published_nothing_is_done_again_whole(data: Path) -> None:
    """Its scorecards may have been mended: no month may keep what the old ones said."""
    with duckdb.connect(str(data / "warehouse.duckdb")) as warehouse:
        warehouse.execute("create schema intermediate")
        warehouse.execute(
            "create table intermediate.int_metric_windows as select "
            "cast(month as date) as score_month, least(month + interval 1 month, $as_of) as as_of "
            "from generate_series(timestamp '2024-11-01', $as_of, interval 1 month) as _ (month)",
            {"as_of": AS_OF},
        )
    assert plan_months(AS_OF) == MonthRange(date(2024, 11, 1), date(2026, 11, 1))

    published_database().parent.mkdir()
    with duckdb.connect(str(published_database())) as published:
        published.execute("create schema marts")
    assert plan_months(AS_OF) == MonthRange(date(2026, 10, 1), date(2026, 11, 1))
