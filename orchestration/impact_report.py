"""The report of `make impact`: a candidate warehouse against the published state, as Markdown."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb

from orchestration.candidate import FACT, quoted
from orchestration.comparison_queries import by_month
from orchestration.comparison_report import Names, comparison_lines, names
from orchestration.continued_bands import continue_bands
from orchestration.impact_seeds import Version
from orchestration.partitions import MonthRange
from orchestration.paths import published_database
from orchestration.score_comparison import METRICS, RESULTS, compare

# Results and metric rows of one side, by account and month.
SIDE = """
create or replace temp table {side}_results as
select {results} from {catalog}.marts.fct_scorecard_results_monthly as results
{join}
where score_month >= date '{start}' and {condition};
create or replace temp table {side}_metrics as
select {metrics}, scorecard, scorecard_version
from {catalog}.marts.fct_health_metrics_monthly
semi join {side}_results using (account_id, score_month, scorecard, scorecard_version)
where score_month >= date '{start}'
"""


def report_lines(candidate: Path, months: MonthRange, use_case: str) -> Iterator[str]:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{quoted(published_database())}' as published (read_only)")
        # By the name that the candidate's views use for themselves.
        connection.execute(f"attach '{quoted(candidate)}' as warehouse (read_only)")
        named = names(connection, "warehouse")
        yield f"# What this change does to the {use_case} scores of {months}"
        yield f"\nAgainst the published version {published_version(connection)}.\n"
        yield from edited_version_lines(connection)
        official = f"is_official and use_case = '{quoted(use_case)}'"
        read_side(connection, "before", "published", months.start, official)
        read_side(connection, "after", "warehouse", months.start, official)
        read_side(
            connection, "between", "warehouse", months.start, "true",
            "semi join (select account_id, score_month, scorecard, scorecard_version || "
            "' as published' as scorecard_version from before_results) "
            "using (account_id, score_month, scorecard, scorecard_version)",
        )  # fmt: skip
        compare(connection)
        yield from comparison_lines(connection, detail_month(connection), named)
        for version in added_versions(connection, use_case):
            yield f"\n## {version.scorecard} version {version.version}, had it been in effect\n"
            yield from what_if_lines(connection, version, months.start, use_case, named)


def what_if_lines(
    connection: duckdb.DuckDBPyConnection,
    version: Version,
    start: date,
    use_case: str,
    named: Names,
) -> Iterator[str]:
    """An added version against the official one over the accounts that it would take over.

    A new version of a scorecard takes over those of its predecessor, a new scorecard any.
    """
    official = f"is_official and use_case = '{quoted(use_case)}'"
    is_version = f"scorecard = '{quoted(version.scorecard)}'"
    predecessor = connection.execute(
        f"select count(*) from published.marts.dim_scorecards where {is_version}"
    ).fetchone()[0]
    read_side(
        connection, "after", "warehouse", start,
        f"{is_version} and scorecard_version = '{quoted(version.version)}'",
    )  # fmt: skip
    for side in ("before", "between"):
        read_side(
            connection, side, "warehouse", start,
            f"{official} and {is_version}" if predecessor else official,
            "semi join after_results using (account_id, score_month)",
        )  # fmt: skip
    connection.execute(
        "create or replace temp table after_results as "
        "from after_results semi join before_results using (account_id, score_month)"
    )
    continue_bands(connection, "warehouse", use_case, start)
    compare(connection)
    yield from comparison_lines(connection, detail_month(connection), named)


def read_side(
    connection: duckdb.DuckDBPyConnection,
    side: str,
    catalog: str,
    start: date,
    condition: str,
    join: str = "",
) -> None:
    """The temp tables <side>_results and <side>_metrics that `compare` reads."""
    connection.execute(
        SIDE.format(
            side=side,
            catalog=catalog,
            start=start,
            condition=condition,
            join=join,
            results=RESULTS,
            metrics=METRICS,
        )  # fmt: skip
    )


def published_version(connection: duckdb.DuckDBPyConnection) -> str:
    return connection.execute("select max(version) from published.audit.publications").fetchone()[0]


def edited_version_lines(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """A warning for each version that is published and has other rows now."""
    rows = connection.execute(
        """
        select scorecard, scorecard_version
        from published.marts.dim_scorecards as published
        inner join warehouse.marts.dim_scorecards as edited using (scorecard, scorecard_version)
        where published.version_hash <> edited.version_hash
        order by all
        """
    ).fetchall()
    for scorecard, version in rows:
        yield (
            f"**{scorecard} version {version} is edited.** If a closed month used it, a run will "
            "refuse it: add a new version instead.\n"
        )


def added_versions(connection: duckdb.DuckDBPyConnection, use_case: str) -> list[Version]:
    """Versions of the use case that were not published; what they would do is a what-if."""
    rows = connection.execute(
        """
        select scorecard, scorecard_version from warehouse.marts.dim_scorecards
        anti join published.marts.dim_scorecards using (scorecard, scorecard_version)
        where use_case = ? and not ends_with(scorecard_version, ' as published')
        order by all
        """,
        [use_case],
    ).fetchall()
    return [Version(*row) for row in rows]


def detail_month(connection: duckdb.DuckDBPyConnection) -> date:
    """A month in which something moved before others, an ended one before the one in progress."""
    rows = connection.execute(
        f"""
        select score_month, bool_or(is_provisional) from published.{FACT}
        semi join differences using (score_month) group by 1 order by 1
        """
    ).fetchall()
    moved = {row.score_month for row in by_month(connection) if row.moved or row.band_changes}
    ended = [month for month, is_provisional in rows if not is_provisional]
    return max(
        (month for month, _ in rows),
        key=lambda month: (month in moved, month in ended, month),
    )
