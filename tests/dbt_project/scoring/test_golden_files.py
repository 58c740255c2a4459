"""A wrong line in the golden sets is named, with file, line and what it should be."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.dbt_project.scoring.golden_build import difference
from tests.dbt_project.scoring.golden_checks import read_golden_sets
from tests.dbt_project.scoring.golden_files import GOLDEN, Row


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(GOLDEN, tmp_path / "golden"))


def add(folder: Path, name: str, line: str) -> str:
    """Append a line to a file; where it is, as messages say it."""
    path = folder / name
    path.write_text(f"{path.read_text()}{line}\n")
    return f"{name}, line {len(path.read_text().splitlines())}"


def test_the_golden_sets_have_no_problems() -> None:
    assert read_golden_sets().problems == []


@pytest.mark.parametrize(
    ("name", "line", "problem"),
    [
        ("inputs.csv", "caps,new,2026-03,seat_utilization_rate,observed,1",
         "there is no metric 'seat_utilization_rate'; did you mean seat_utilisation_rate?"),
        ("inputs.csv", "caps,new,2026-03,nps_score,seen,1", "there is no value_state 'seen'"),
        ("inputs.csv", "caps,new,2026-03,nps_score,unmapped,1",
         "a value is given where the state is observed or stale, else none"),
        ("inputs.csv", "caps,new,2026-03,nps_score,observed,high",
         "value is 'high', it must be a number"),
        ("inputs.csv", "caps,new,March,nps_score,observed,1",
         "score_month is 'March', it must be a month up to 2026-11, such as 2026-03"),
        ("inputs.csv", "caps,new,2026-03,nps_score,observed", "5 cells, the file has 6 columns"),
        ("inputs.csv", "new,a,2026-03,nps_score,observed,1",
         "expected.csv expects nothing of case new"),
        ("expected.csv", "cap,new,2026-03,,health_score,1,",
         "there is no case in inputs.csv 'cap'; did you mean caps?"),
        ("expected.csv", "caps,new,2026-03,,health_score,1,",
         "inputs.csv has no account new of case caps"),
        ("expected.csv", "grades,one,2026-09,,health_score,1,",
         "account one has no inputs in 2026-09"),
        ("expected.csv", "grades,one,2026-01,,healthscore,1,",
         "there is no column 'healthscore'; did you mean health_score?"),
        ("expected.csv", "grades,one,2026-01,seat_utilisation_rate,metric_points,1,",
         "there is no column 'metric_points'"),
        ("expected.csv", "grades,one,2026-01,,health_score,much,",
         "expected is 'much', it must be a number, such as 62.5"),
        ("overrides.csv", "grades,one,2026-01-05,purple,,", "there is no band 'purple'"),
        ("account_months.csv", "grades,one,2026-01,huge,,", "there is no size_segment 'huge'"),
        ("scorecards.csv", "new,1,nothing,,,,,,,,,,", "there is no case in inputs.csv 'nothing'"),
        ("scorecards.csv", "new,1,caps,,,,,,,,,,",
         "neither scorecard_groups.csv nor seeds/ has its groups"),
        ("scorecard_metrics.csv", "caps,2,nps_score,50,0,10,,",
         "scorecards.csv has no caps version 2"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_named(folder: Path, name: str, line: str, problem: str) -> None:
    place = add(folder, name, line)

    found = read_golden_sets(folder).problems

    assert any(text.startswith(f"{place}: {problem}") for text in found), found


def test_a_line_that_is_there_twice_is_named(folder: Path) -> None:
    lines = (folder / "inputs.csv").read_text().splitlines()
    place = add(folder, "inputs.csv", lines[-1])

    [problem] = read_golden_sets(folder).problems

    assert problem.startswith(f"{place}: the same as line {len(lines)} (shipped_scorecard, one")


def test_a_wrong_column_in_the_header_is_named(folder: Path) -> None:
    path = folder / "expected.csv"
    path.write_text(path.read_text().replace("metric,column,expected", "metric,colum,expected"))
    number = path.read_text().splitlines().index(
        "case,account,score_month,metric,colum,expected,worked"
    ) + 1  # fmt: skip

    assert read_golden_sets(folder).problems[:2] == [
        f"expected.csv, line {number}: there is no column 'colum'; did you mean column?",
        f"expected.csv, line {number}: column 'column' is missing",
    ]


@pytest.mark.parametrize(
    ("column", "expected", "value", "said"),
    [
        ("health_score", "62.5", 61.25, "health_score is 61.25, expected 62.5"),
        ("health_score", "62.5", 62.5 + 2e-9, "health_score is 62.500000002, expected 62.5"),
        ("health_score", "62.5", None, "health_score is blank, expected 62.5"),
        ("health_score", "", 62.5, "health_score is 62.5, expected blank"),
        ("health_band", "green", "red", "health_band is red, expected green"),
        ("is_tentative", "TRUE", False, "is_tentative is false, expected true"),
        ("override_expires_on", "2026-04-04", date(2026, 4, 5),
         "override_expires_on is 2026-04-05, expected 2026-04-04"),
        ("health_score", "66.666666667", 200 / 3, None),
        ("health_score", "", None, None),
    ],
)  # fmt: skip
def test_a_difference_reads_like_a_sentence(
    column: str, expected: str, value: object, said: str | None
) -> None:
    cells = {"case": "late_data", "account": "A", "score_month": "2026-03", "column": column}
    row = Row("expected.csv", 7, cells | {"expected": expected, "worked": ""})

    found = difference(row, {("late_data/A", date(2026, 3, 1), "", column): value})

    assert found == (said and f"case late_data, account A, 2026-03: {said} (expected.csv, line 7)")
