"""The state of a metric value: the first that holds; and counting over accounts and months."""

from datetime import timedelta

import pandas as pd

KEYS = ["account_id", "score_month"]
Condition = pd.Series | bool


def judged(
    months: pd.DataFrame,
    value: pd.Series,
    *,
    not_sold: Condition = False,
    unmapped: Condition = False,
    late: Condition = False,
    not_recorded: Condition = False,
    too_little: Condition = False,
    stale: Condition = False,
) -> pd.DataFrame:
    """Value and state of every account and month. That something was not sold is known whatever
    other sources say; that nothing was recorded is believed of sources that are linked."""
    order = {
        "not_applicable": not_sold,
        "unmapped": unmapped,
        "source_late": late,
        "not_applicable ": not_recorded,
        "not_enough_history": too_little,
        "stale": stale,
    }
    state = pd.Series("observed", index=months.index)
    for name, holds in reversed(order.items()):
        state[pd.Series(holds, index=months.index).fillna(False).astype(bool)] = name.strip()
    shown = value.reindex(months.index).astype(float).where(state.isin(["observed", "stale"]))
    return pd.DataFrame({"value": shown, "state": state})


def counted(months: pd.DataFrame, rows: pd.DataFrame, column: str | None = None) -> pd.Series:
    """Rows, or distinct values of a column, per account and month; 0 where there are none."""
    groups = rows.groupby(KEYS)
    counts = groups.size() if column is None else groups[column].nunique()
    return counts.reindex(months.index, fill_value=0)


def within(
    months: pd.DataFrame, happened: pd.DataFrame, days: float | None = None, until_days: int = 0
) -> pd.DataFrame:
    """What happened (column `at`) in [t - days, t - until_days) of each account and month, or at
    any time before t."""
    rows = months[["t"]].reset_index().merge(happened, on="account_id")
    before_end = rows["at"] < rows["t"] - timedelta(days=until_days)
    if days is None:
        return rows[before_end]
    return rows[before_end & (rows["at"] >= rows["t"] - timedelta(days=days))]


def latest(rows: pd.DataFrame) -> pd.DataFrame:
    """The last row by `at` of each account and month."""
    rows = rows.sort_values("at", kind="stable")
    return rows.drop_duplicates(KEYS, keep="last").set_index(KEYS)


def days_since(months: pd.DataFrame, instant: pd.Series) -> pd.Series:
    """Whole days of 24 hours from an instant to t."""
    return (months["t"] - instant.reindex(months.index)) // timedelta(days=1)


def is_older(months: pd.DataFrame, instant: pd.Series, days: int) -> pd.Series:
    return months["t"] - instant.reindex(months.index) > timedelta(days=days)
