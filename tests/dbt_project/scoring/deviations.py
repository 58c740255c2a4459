"""How far the sums of a scored database are from what they have to be, over all its rows.

python -m tests.dbt_project.scoring.deviations data/serving/customer_health.duckdb
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

SCORING = "account_id, score_month, scorecard, scorecard_version"
TOLERANCE = 1e-9

# Weights and contributions of a scoring in which something counts.
SUMS = f"""
sums as (
    select
        {SCORING},
        sum(nominal_weight) as nominal, sum(effective_weight) as effective,
        sum(contribution) as contributions, sum(contribution + lost_points) as possible,
        sum(nominal_weight) filter (where effective_weight > 0) as coverage,
        sum(nominal_weight * metric_score) filter (where effective_weight > 0) as score_low
    from marts.fct_health_metrics_monthly
    group by {SCORING}
    having sum(effective_weight) > 0
),
scores as (
    select sums.*, results.* exclude ({SCORING}, coverage, score_low),
        results.coverage as written_coverage, results.score_low as written_low
    from sums join marts.fct_scorecard_results_monthly as results using ({SCORING})
)
"""

# What is measured -> the largest deviation and the number of rows that it was looked for in.
OF_SCORES = {
    "sum of effective weights from 1": "abs(effective - 1)",
    "sum of nominal weights from 1": "abs(nominal - 1)",
    "sum of contributions from raw score": "abs(contributions - raw_score)",
    "contributions and lost points from 100": "abs(possible - 100)",
    "nominal weights that count from coverage": "abs(coverage - written_coverage)",
    "nominal weight * metric score from score_low": "abs(score_low - written_low)",
    "raw score below 0 or above 100": "greatest(-raw_score, raw_score - 100, 0)",
    "raw score outside score_low .. score_high":
        "greatest(written_low - raw_score, raw_score - score_high, 0)",
    "width of the interval from what is missing":
        "abs(score_high - written_low - 100 * (1 - written_coverage))",
    "cap_adjustment above 0": "greatest(cap_adjustment, 0)",
    "health score from raw score + cap_adjustment":
        "abs(health_score - raw_score - cap_adjustment)",
    "parts from change":
        "abs(change_behaviour + change_coverage + change_configuration + change_caps"
        " - score_change)",
    "change from score less previous score":
        "abs(health_score - previous_month_score - score_change)",
}  # fmt: skip

DRIVERS = """
select max(abs(points - score_change)), count(*)
from (
    select account_id, score_month, sum(points) as points
    from marts.fct_health_drivers_monthly group by account_id, score_month
)
join marts.fct_health_scores_monthly using (account_id, score_month)
where score_change is not null
"""

# Rows that contradict themselves.
CONTRADICTIONS = {
    "grades of two raw bands in one version": "(scorecard, scorecard_version, health_grade) in ("
    "select (scorecard, scorecard_version, health_grade) from marts.fct_scorecard_results_monthly"
    " where health_grade is not null group by all having count(distinct raw_band) > 1)",
    "raw band and borders": "raw_band <> (select case when round(health_score, 9) >= green_from"
    " then 'green' when round(health_score, 9) >= yellow_from then 'yellow' else 'red' end"
    " from marts.dim_scorecards as versions where versions.scorecard = results.scorecard"
    " and versions.scorecard_version = results.scorecard_version)",
    "a score, or a reason why not": "(health_score is null) = (unknown_reason is null)",
    "no score, and band, grade, cap or change of one": "health_score is null and coalesce("
        "raw_band, health_grade, cast(cap_adjustment as varchar), cast(score_change as varchar),"
        " cast(change_behaviour as varchar)) is not null",
    "unknown, and a calculated band of the weighted method":
        "method = 'weighted' and (calculated_band = 'unknown') <> (health_score is null)",
    "rating band and overall performance":
        "rating_band <> case when overall_performance is null then 'unknown'"
        " when round(overall_performance, 9) < 1 then 'red'"
        " when round(overall_performance, 9) > 1 then 'green' else 'yellow' end",
    "overall performance outside 0 .. 2": "overall_performance not between 0 and 2",
    "health band and override": "health_band <> coalesce(override_band, calculated_band)",
    "a change, and not all its parts": "(score_change is null) <> (change_behaviour is null)"
        " or (score_change is null) <> (change_caps is null)",
    "an override of another use case":
        "use_case <> 'retention' and override_band is not null",
}  # fmt: skip


def largest_deviations(warehouse: Path) -> dict[str, tuple[float, int]]:
    """What is measured -> (largest deviation, rows)."""
    found = {}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for name, deviation in OF_SCORES.items():
            query = f"with {SUMS} select max({deviation}), count({deviation}) from scores"
            found[name] = connection.execute(query).fetchone()
        found["sum of drivers from change"] = connection.execute(DRIVERS).fetchone()
    return found


def contradictions(warehouse: Path) -> dict[str, int]:
    """What contradicts itself -> in how many rows."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return {
            name: connection.execute(
                f"select count(*) from marts.fct_scorecard_results_monthly as results "
                f"where {condition}"
            ).fetchone()[0]
            for name, condition in CONTRADICTIONS.items()
        }


def as_text(warehouse: Path) -> str:
    deviations = largest_deviations(warehouse).items()
    lines = [f"{name:48} {most or 0:10.3g} in {rows:8,} rows" for name, (most, rows) in deviations]
    lines += [f"{name:58} {rows:8,} rows" for name, rows in contradictions(warehouse).items()]
    return "\n".join(lines)


if __name__ == "__main__":
    print(as_text(Path(sys.argv[1])))
