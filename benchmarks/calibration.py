"""Whether the simulated company is as predictable as its recipe wants: `--help` says how to run it.

At risk are customers at the end of a month who pay and have given no notice; they leave where what
they pay for ends within 90 days without a successor within 30. Months whose 120 days are not over
are left out.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from benchmarks.project import REPOSITORY

BANDS = ["green", "yellow", "red", "unknown"]
# What is to tell who leaves, and what is not: neither minutes nor tenure move with the health.
AUC_RANGE = (0.70, 0.80)
VANITY = ["minutes_per_user", "tenure_months"]
RESAMPLES = 1000
Z = 1.959964


def run_pipeline(folder: Path, accounts: int) -> Path:
    """`make run` over a company of so many accounts, in a data folder of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    warehouse = folder / "warehouse.duckdb"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SOURCES__")}
    environment = {**kept, "WAREHOUSE_PATH": str(warehouse), "SANDBOX_ACCOUNTS": str(accounts)}
    command = [sys.executable, "-m", "orchestration", "run"]
    subprocess.run(command, cwd=REPOSITORY, env=environment, stdout=sys.stderr, check=True)
    return warehouse


def read_outcomes(warehouse: Path) -> pd.DataFrame:
    """One row per account at risk and month: score, band, the vain metrics, whether it left."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(Path(__file__).with_suffix(".sql").read_text()).df()


def area_under_curve(values: np.ndarray, has_left: np.ndarray, weights: np.ndarray) -> float:
    """The share of pairs in which who left has the smaller value; ties count half.

    Args: parallel arrays; `weights` says how often each row counts. NaN if nobody left or stayed.
    """
    _, place = np.unique(values, return_inverse=True)
    left = np.bincount(place, weights * has_left)
    stayed = np.bincount(place, weights * ~has_left)
    larger = stayed.sum() - stayed.cumsum()
    return float((left * (larger + stayed / 2)).sum() / (left.sum() * stayed.sum()))


def with_interval(outcomes: pd.DataFrame, column: str) -> tuple[float, float, float]:
    """AUC and its 95 % interval; whole accounts are resampled, for their months are alike."""
    known = outcomes.dropna(subset=[column])
    values, has_left = known[column].to_numpy(), known["has_left"].to_numpy(dtype=bool)
    account, names = pd.factorize(known["account_id"])
    generator = np.random.default_rng(7)
    draws = []
    for _ in range(RESAMPLES):
        counts = np.bincount(generator.integers(len(names), size=len(names)), minlength=len(names))
        draws.append(area_under_curve(values, has_left, counts[account]))
    low, high = np.nanquantile(draws, [0.025, 0.975])
    return area_under_curve(values, has_left, np.ones(len(known))), float(low), float(high)


def wilson(left: int, at_risk: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    share, square = left / at_risk, Z**2 / at_risk
    middle = (share + square / 2) / (1 + square)
    width = Z / (1 + square) * (share * (1 - share) / at_risk + square / at_risk / 4) ** 0.5
    return middle - width, middle + width


def as_markdown(outcomes: pd.DataFrame) -> tuple[str, bool]:
    """The figures, and whether they lie in their ranges."""
    leavers = outcomes[outcomes["has_left"]]
    lines = [
        f"{outcomes['account_id'].nunique():,} accounts at risk in "
        f"{outcomes['score_month'].nunique()} months, {len(outcomes):,} in all; of "
        f"{leavers['account_id'].nunique()} customers who left, {len(leavers)} months before.",
        "",
        "| band | account months | left within 90 days | interval |",
        "| --- | --- | --- | --- |",
    ]
    rates = {}
    for band in BANDS:
        rows = outcomes[outcomes["health_band"] == band]
        if len(rows):
            rates[band] = rows["has_left"].mean()
            low, high = wilson(int(rows["has_left"].sum()), len(rows))
            lines.append(
                f"| {band} | {len(rows):,} | {rates[band]:.1%} | {low:.1%} to {high:.1%} |"
            )
    lines += ["", "| value | AUC | interval |", "| --- | --- | --- |"]
    curves = {name: with_interval(outcomes, name) for name in ["health_score", *VANITY]}
    lines += [
        f"| {n} | {auc:.3f} | {low:.3f} to {high:.3f} |" for n, (auc, low, high) in curves.items()
    ]
    holds = (
        AUC_RANGE[0] <= curves["health_score"][0] <= AUC_RANGE[1]
        and {"green", "yellow", "red"} <= set(rates)
        and rates["green"] < rates["yellow"] < rates["red"]
        and all(curves[name][1] <= 0.5 <= curves[name][2] for name in VANITY)
    )
    return "\n".join([*lines, "", "In the ranges." if holds else "OUTSIDE the ranges."]), holds


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibration", description=__doc__)
    parser.add_argument(
        "--accounts", type=int, default=1500, help="of the simulated company (1500)"
    )
    parser.add_argument("--folder", type=Path, help="where to run (data/calibration)")
    parser.add_argument("--warehouse", type=Path, help="of an earlier run, instead of a new one")
    chosen = parser.parse_args()
    folder = (chosen.folder or REPOSITORY / "data/calibration").resolve()
    warehouse = chosen.warehouse or run_pipeline(folder, chosen.accounts)
    outcomes = read_outcomes(warehouse)
    if not outcomes["has_left"].any():
        raise SystemExit(
            "Nobody at risk has left: there is nothing to predict. Take more accounts."
        )
    report, holds = as_markdown(outcomes)
    print(report)
    if not holds:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
