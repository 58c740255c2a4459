"""A line per step on the terminal while a run works: what, how much, how long."""

import logging
from collections import Counter
from dataclasses import dataclass, field

import dagster as dg
from rich.console import Console
from rich.markup import escape

TITLES = {
    "dbt_without_score_month": "Reference data, staging, identity",
    "dbt_with_score_month": "Metrics and scores by month",
    "publish": "Publish",
}
NAMES = {
    "salesforce": "Salesforce",
    "pendo": "Pendo",
    "zendesk": "Zendesk",
    "recurly": "Recurly",
}

# Marks what a step says to people, among all that libraries log: context.log.info(..., extra=...).
FOR_PEOPLE = {"for_people": True}

_terminal = Console()


def show_on(terminal: Console) -> None:
    """Where progress is shown; a run's own output goes to its log."""
    global _terminal
    _terminal = terminal


@dg.logger(description="A line per step, for people at a terminal.")
def terminal_progress(context: dg.InitLoggerContext) -> logging.Logger:
    # Dagster logs most of its events as DEBUG.
    logger = logging.Logger("terminal", level=logging.DEBUG)
    logger.addHandler(ProgressHandler(_terminal))
    return logger


@dataclass
class StepCounts:
    # Asset -> rows; a partitioned asset has an event per month, with the same number in each.
    rows: dict[dg.AssetKey, int] = field(default_factory=dict)
    checks: Counter = field(default_factory=Counter)

    def summary(self) -> str:
        parts = []
        if len(self.rows) > 1:
            parts.append(f"{len(self.rows)} tables")
        if total := sum(self.rows.values()):
            parts.append(f"{total:,} rows")
        if passed := self.checks[True]:
            parts.append(f"{passed} checks passed")
        if failed := self.checks[False]:
            parts.append(f"{failed} not")
        return ", ".join(parts)


class ProgressHandler(logging.Handler):
    """Turns Dagster's events into lines for people."""

    def __init__(self, terminal: Console) -> None:
        super().__init__()
        self.terminal = terminal
        self.counts: dict[str, StepCounts] = {}

    def emit(self, record: logging.LogRecord) -> None:
        event: dg.DagsterEvent | None = getattr(record, "dagster_event", None)
        if event is not None:
            self.show_event(event)
        elif hasattr(record, "for_people"):
            self.show_message(record.levelno, record.dagster_meta["orig_message"])

    def show_message(self, level: int, message: str) -> None:
        style = "red" if level >= logging.ERROR else "yellow" if level >= logging.WARNING else "dim"
        self.terminal.print(f"    [{style}]{escape(message)}[/]", highlight=False)

    def show_event(self, event: dg.DagsterEvent) -> None:
        step = event.step_key or ""
        counts = self.counts.setdefault(step, StepCounts())
        kind = event.event_type
        if kind is dg.DagsterEventType.STEP_START and not step.startswith("check_"):
            self.terminal.print(f"[bold]{title(step)}[/] ...", highlight=False)
        elif kind is dg.DagsterEventType.ASSET_MATERIALIZATION:
            materialization = event.step_materialization_data.materialization
            counts.rows[materialization.asset_key] = rows_of(materialization.metadata)
        elif kind is dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            counts.checks[event.asset_check_evaluation_data.passed] += 1
        elif kind is dg.DagsterEventType.STEP_SUCCESS and not step.startswith("check_"):
            seconds = event.step_success_data.duration_ms / 1000
            self.terminal.print(
                f"[green]  done[/]  {title(step):<36} {seconds:6.1f} s   {counts.summary()}",
                highlight=False,
            )
        elif kind is dg.DagsterEventType.STEP_FAILURE:
            self.terminal.print(f"[red]  failed  {title(step)}[/]", highlight=False)


def title(step: str) -> str:
    if step.startswith("load_"):
        vendor = step.removeprefix("load_")
        return f"Load {NAMES.get(vendor, vendor)}"
    return TITLES.get(step, step)


def rows_of(metadata: dict[str, dg.MetadataValue]) -> int:
    for name in ("rows_loaded", "dagster/row_count"):
        if value := metadata.get(name):
            return int(value.value or 0)
    return 0
