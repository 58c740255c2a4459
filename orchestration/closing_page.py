"""The page for people that a run ends with: how the customers are, why, and what to do next."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ingestion.settings import configured_vendors
from ingestion.warehouse_file import warehouse_path
from orchestration.checks import complete_through
from orchestration.closing_queries import (
    Band,
    Move,
    Reason,
    last_publication,
    late_metrics,
    moves,
    newest_month,
    portfolio,
    reasons,
)
from orchestration.paths import PROJECT_FOLDER, published_database, serving_folder
from orchestration.progress import NAMES
from orchestration.warehouse_state import watermarks

STYLES = {"green": "green", "yellow": "yellow", "red": "red", "unknown": "dim"}
FALLS_SHOWN, RISES_SHOWN = 5, 3


def show_page(
    terminal: Console,
    as_of: datetime,
    is_sandbox: bool,
    seconds: float,
    log: Path,
    warnings: Sequence[str] = (),
) -> None:
    with duckdb.connect(str(published_database()), read_only=True) as connection:
        month, is_provisional = newest_month(connection)
        state = f"in progress, as of {as_of:%Y-%m-%d %H:%M} UTC" if is_provisional else "ended"
        terminal.rule(f"[bold]Customer health, {month:%B %Y}[/] ({state})")
        terminal.print(portfolio_table(portfolio(connection, month)))
        for heading, direction, limit in (
            ("Fell most since the month before", -1, FALLS_SHOWN),
            ("Rose most since the month before", 1, RISES_SHOWN),
        ):
            terminal.print(f"\n[bold]{heading}[/]")
            for move in moves(connection, month, direction, limit):
                show_move(
                    terminal,
                    move,
                    reasons(connection, month, move.account_id, direction),
                )
        terminal.print("\n[bold]Sources[/]")
        for line in source_lines(as_of) + late_lines(late_metrics(connection, month)):
            terminal.print(f"  {line}", highlight=False)
        published = last_publication(connection)
    show_warnings(terminal, warnings)
    months = f"{published.first_month:%Y-%m} to {published.last_month:%Y-%m}"
    terminal.print(
        f"\n[bold]Published[/] version {published.version}\n"
        f"  {published.accounts:,} scores over {published.months} months; this run computed "
        f"{months}; {published.checks_passed} checks passed, {published.checks_warned} warned\n"
        f"  {shown(published_database())}\n  {shown(serving_folder() / 'parquet')}",
        highlight=False,
    )
    terminal.print("\n[bold]What next[/]")
    for line in next_steps(is_sandbox):
        terminal.print(f"  {line}", highlight=False, markup=False)
    terminal.print(
        f"\nTook {seconds:.0f} s. Everything that was said: {shown(log)}",
        highlight=False,
    )


def show_failure(
    terminal: Console, messages: Sequence[str], log: Path, warnings: Sequence[str] = ()
) -> None:
    terminal.rule("[bold red]Nothing was published[/]")
    for message in messages:
        terminal.print(escape(message), highlight=False)
    show_warnings(terminal, warnings)
    terminal.print(
        "\nWhat was published before stays as it was. Mend the cause and run again: the months of "
        f"this run are computed anew.\nEverything that was said: {shown(log)}; the run: `make ui`.",
        highlight=False,
    )


def show_warnings(terminal: Console, warnings: Sequence[str]) -> None:
    """What did not stop the run and wants somebody's eye."""
    if warnings:
        terminal.print("\n[bold]Warnings[/] (all that was found: audit.data_findings, make ui)")
    for line in warnings:
        check, _, words = line.partition(": ")
        terminal.print(f"  [yellow]{escape(check)}[/]: {escape(words)}", highlight=False)


def portfolio_table(bands: Sequence[Band]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2))
    table.add_column("Band")
    for heading in ("Accounts", "change", "MRR", "change"):
        table.add_column(heading, justify="right")
    total = Band("all", *(sum(values) for values in list(zip(*bands, strict=True))[1:]))
    for band in [*bands, total]:
        table.add_row(
            f"[{STYLES.get(band.band, 'bold')}]{band.band}[/]",
            f"{band.accounts:,}",
            f"{band.accounts - band.accounts_before:+,}",
            f"{band.mrr:,.0f}",
            f"{band.mrr - band.mrr_before:+,.0f}",
        )
    return table


def show_move(terminal: Console, move: Move, why: Sequence[Reason]) -> None:
    change = move.score - move.score_before
    bands = move.band if move.band == move.band_before else f"{move.band_before} -> {move.band}"
    terminal.print(
        f"  [bold]{escape(move.account_name)}[/]  {move.score_before:.0f} -> {move.score:.0f} "
        f"({change:+.0f})  [{STYLES.get(move.band, 'bold')}]{bands}[/]  "
        f"MRR {move.mrr or 0:,.0f}  CSM {escape(move.csm_name or 'none')}",
        highlight=False,
    )
    for reason in why:
        terminal.print(f"      {escape(reason_sentence(reason))}", highlight=False)


def reason_sentence(reason: Reason) -> str:
    """For example: Seats in use 62 % -> 41 % (-6.3 points)."""
    after = worded(reason.value, reason.unit)
    if reason.state != "observed":
        after = reason.state.replace("_", " ")
    before = worded(reason.value_before, reason.unit)
    points = f"({reason.points:+.1f} points)"
    if before == after:
        # Another metric came or went, and with it the weight of this one.
        weighs = "more" if reason.points > 0 else "less"
        return f"{reason.label} still {after}, weighs {weighs} {points}"
    return f"{reason.label} {before} -> {after} {points}"


def worded(value: float | None, unit: str) -> str:
    if value is None:
        return "not known"
    if unit == "ratio":
        return f"{100 * value:.0f} %"
    number = f"{value:.1f}".removesuffix(".0")
    if unit != "days":
        return number
    return f"{number} day" if number == "1" else f"{number} days"


def source_lines(as_of: datetime) -> list[str]:
    """How complete each vendor's data is, by the watermarks that scoring goes by."""
    lines = []
    configured = configured_vendors()
    for vendor, name in NAMES.items():
        marks = watermarks(warehouse_path(), vendor)
        through = complete_through(marks)
        if vendor not in configured:
            lines.append(f"[yellow]{name}: not configured, its metrics are unmapped[/]")
        elif through is None:
            lines.append(f"[red]{name}: late, never loaded; its metrics are source_late[/]")
        elif through < as_of:
            lines.append(f"[red]{name}: late since {through:%Y-%m-%d %H:%M} UTC[/]")
        else:
            # Product events end with the last whole day, the rest at as_of.
            slowest = min(mark.complete_through for mark in marks if mark.complete_through)
            lines.append(f"{name}: complete through {slowest:%Y-%m-%d %H:%M} UTC")
    return lines


def late_lines(labels: Sequence[str]) -> list[str]:
    return [f"[red]No account has: {', '.join(labels)} (source late)[/]"] if labels else []


def next_steps(is_sandbox: bool) -> list[str]:
    steps = [
        "make ui      the asset graph, this run and its checks, at http://localhost:3000",
        "seeds/       weights, ranges and bands: add a scorecard's next version, then make run",
        "README.md    how to query what was published, from Python, DuckDB or a BI tool",
    ]
    if is_sandbox:
        steps.append("             and how to put your own vendors in the sandbox's place")
    return steps


def shown(path: Path) -> str:
    """A path as one would type it in the project's folder."""
    return str(path.relative_to(PROJECT_FOLDER) if path.is_relative_to(PROJECT_FOLDER) else path)
