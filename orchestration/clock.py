"""as_of: the instant that caps everything in a run, fixed once per run and kept by its retries."""

import os
from datetime import UTC, date, datetime

import dagster as dg

AS_OF_TAG = "customer_health/as_of"


def parse_instant(text: str, name: str = "AS_OF") -> datetime:
    """An ISO instant as naive UTC; without a zone it is taken as UTC."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"{name} is '{text}', which is not an instant. Write it like 2026-11-15T00:00:00Z."
        ) from None
    return instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo else instant


def parse_month(text: str, name: str = "FIRST_SCORE_MONTH") -> date:
    """A month written YYYY-MM or YYYY-MM-01, as its first day."""
    try:
        month = date.fromisoformat(text if text.count("-") == 2 else f"{text}-01")
    except ValueError:
        month = None
    if month is None or month.day != 1:
        raise ValueError(f"{name} is '{text}', which is not a month. Write it like 2024-11.")
    return month


def as_of_setting() -> datetime | None:
    """AS_OF from the environment: the sandbox's clock. Unset for real vendors."""
    text = os.environ.get("AS_OF")
    return parse_instant(text) if text else None


def first_score_month_setting() -> date | None:
    text = os.environ.get("FIRST_SCORE_MONTH")
    return parse_month(text) if text else None


def now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def as_of_tag(as_of: datetime) -> dict[str, str]:
    return {AS_OF_TAG: f"{as_of.isoformat()}Z"}


def as_of_from(tag: str | None, setting: datetime | None, run_started_at: datetime) -> datetime:
    """The run's tag, else the sandbox's clock, else the start of the run."""
    if tag:
        return parse_instant(tag, f"The run tag {AS_OF_TAG}")
    return setting or run_started_at


def as_of_of_run(
    context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext,
) -> datetime:
    """as_of of the run that a step belongs to.

    A retry has no tag of its own when its first attempt had none: it takes the start of the
    first attempt, so that it scores the same instant.
    """
    run = context.run
    record = context.instance.get_run_record_by_id(run.root_run_id or run.run_id)
    return as_of_from(run.tags.get(AS_OF_TAG), as_of_setting(), created_at(record))


def as_of_of_record(record: dg.RunRecord) -> datetime:
    """as_of of a run of the past: the sandbox's clock may stand elsewhere by now."""
    return as_of_from(record.dagster_run.tags.get(AS_OF_TAG), None, created_at(record))


def created_at(record: dg.RunRecord) -> datetime:
    return record.create_timestamp.astimezone(UTC).replace(tzinfo=None, microsecond=0)
