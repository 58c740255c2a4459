from pathlib import Path

from orchestration.dbt_failures import explain_failures, what_tests_found

NODE = {"name": "scores_stay_in_range", "description": "Scores lie between 0 and 100."}
MANIFEST = {"nodes": {"test.scores_stay_in_range": NODE}}


def failed(compiled_code: str) -> dict:
    return {
        "results": [
            {"unique_id": "test.fine", "status": "pass", "failures": 0},
            {
                "unique_id": "test.scores_stay_in_range",
                "status": "fail",
                "failures": 9,
                "message": "Got 9 results",
                "compiled_code": compiled_code,
            },
        ]
    }


def test_a_failed_test_shows_what_it_is_about_and_its_first_rows(warehouse: Path) -> None:
    query = "select account_id, health_score from marts.fct_health_scores_monthly order by 1"
    (message,) = explain_failures(failed(query), MANIFEST, [], warehouse)
    assert message.splitlines()[:3] == [
        "The test scores_stay_in_range failed (9 rows).",
        "  Scores lie between 0 and 100.",
        "  - account_id = 001A, health_score = 50.0",
    ]
    assert len(message.splitlines()) == 7


def test_a_column_named_message_speaks_alone(warehouse: Path) -> None:
    query = "select 95 as total, 'Weights sum to 95.' as message"
    (message,) = explain_failures(failed(query), MANIFEST, [], warehouse)
    assert message.endswith("  - Weights sum to 95.")
    assert "total" not in message


def test_a_model_that_could_not_be_built_says_what_the_database_said(warehouse: Path) -> None:
    results = {
        "results": [{"unique_id": "model.m", "status": "error", "message": "no such column"}]
    }
    assert explain_failures(results, {"nodes": {}}, [], warehouse) == ["model.m: no such column"]


def test_a_macro_that_stops_the_build_is_heard_without_its_callers(warehouse: Path) -> None:
    message = (
        "Weights sum to 95\n  \n  > in macro stop_at_problems (a.sql)\n  > called by m (m.sql)"
    )
    results = {"results": [{"unique_id": "model.m", "status": "error", "message": message}]}
    assert explain_failures(results, {"nodes": {}}, [], warehouse) == ["model.m: Weights sum to 95"]


def test_without_results_the_log_speaks_each_error_once(warehouse: Path) -> None:
    errors = ["Compilation Error: x", "Compilation Error: x "]
    assert explain_failures(None, MANIFEST, errors, warehouse) == ["Compilation Error: x"]


def test_a_test_whose_rows_cannot_be_read_again_is_still_named(warehouse: Path) -> None:
    (message,) = explain_failures(failed("select * from nowhere"), MANIFEST, [], warehouse)
    assert message.startswith("The test scores_stay_in_range failed")


def test_what_a_test_found_is_its_first_rows_and_how_many_more(warehouse: Path) -> None:
    query = "select 'Thing ' || n || ' is odd.' as message from range(1, 10) as numbers (n)"
    results = failed(query)
    results["results"][1]["status"] = "warn"
    found = what_tests_found(results, warehouse)
    assert found.keys() == {"test.scores_stay_in_range"}
    lines = found["test.scores_stay_in_range"].splitlines()
    assert (lines[0], lines[-1], len(lines)) == ("Thing 1 is odd.", "and 4 more", 6)


def test_a_build_that_never_started_found_nothing(warehouse: Path) -> None:
    assert what_tests_found(None, warehouse) == {}
