"""What the checks of a run warned of, a line each, for the page that it ends with."""

from collections.abc import Iterable
from typing import NamedTuple

import dagster as dg

# dagster-dbt: how many rows a test found.
ROWS_FOUND = "dagster_dbt/failed_row_count"
SUBJECTS_NAMED = 3


class Warned(NamedTuple):
    check: str
    asset: str
    words: str  # one thing a line
    things: int  # more than there are lines, where these are only the first


def warned_checks(result: dg.JobExecutionResult) -> list[Warned]:
    """The checks of the run that did not pass and did not stop it."""
    evaluations = [
        event.asset_check_evaluation_data
        for event in result.all_events
        if event.event_type is dg.DagsterEventType.ASSET_CHECK_EVALUATION
    ]
    return [
        warned(evaluation)
        for evaluation in evaluations
        if not evaluation.passed and evaluation.severity is dg.AssetCheckSeverity.WARN
    ]


def warned(evaluation: dg.AssetCheckEvaluation) -> Warned:
    rows = evaluation.metadata.get(ROWS_FOUND)
    return Warned(
        evaluation.check_name,
        evaluation.asset_key.to_user_string(),
        evaluation.description or "",
        int(rows.value or 1) if rows else 1,
    )


def warning_lines(warnings: Iterable[Warned]) -> list[str]:
    """One line per check and words: what it said first, and how much more there is.

    A check of many assets says the same of all tables of a vendor: that is one line.
    """
    by_words: dict[tuple[str, str], list[Warned]] = {}
    for warning in warnings:
        by_words.setdefault((warning.check, warning.words), []).append(warning)
    return [
        f"{check}: {first_of(words, same[0].things)}{of_assets(same)}"
        for (check, words), same in sorted(by_words.items())
    ]


def first_of(words: str, things: int) -> str:
    first = words.partition("\n")[0]
    return f"{first} (and {things - 1} more)" if things > 1 else first


def of_assets(warnings: list[Warned]) -> str:
    if len(warnings) == 1:
        return ""
    assets = sorted(warning.asset for warning in warnings)
    more = len(assets) - SUBJECTS_NAMED
    named = ", ".join(assets[:SUBJECTS_NAMED])
    return f" ({named}{f' and {more} more' if more > 0 else ''})"
