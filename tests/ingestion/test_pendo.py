"""Pendo: days replaced whole, definitions replaced whole, pages without paging."""

from datetime import date
from pathlib import Path

import pytest

from ingestion.warehouse import VendorLoadError, load
from tests.ingestion.changing_company import AUGUST, JULY, local_midnight
from tests.ingestion.conftest import Serve
from tests.ingestion.warehouse_contents import contents, query, watermarks


def test_repeated_buckets_count_once_and_split_ones_add_up(
    loaded_in_july: Path,
) -> None:
    counts = "select distinct num_events, num_minutes from raw_pendo.events"
    assert query(loaded_in_july, counts) == [(5, 2)]


def test_a_day_that_became_empty_is_emptied(loaded: Path, serve: Serve) -> None:
    emptied = local_midnight(date(2026, 7, 13))
    count = f"select count(*) from raw_pendo.feature_events where day = {emptied}"
    assert query(loaded, count) == [(1,)]
    serve(AUGUST)
    load("pendo", AUGUST)
    assert query(loaded, count) == [(0,)]


def test_the_marks_of_replaced_days_are_not_stored(loaded_in_july: Path) -> None:
    marks = "from raw_pendo.track_events where is_replaced_day or visitor_id is null"
    assert query(loaded_in_july, marks) == []


def test_an_account_that_pendo_forgot_is_gone(loaded: Path, serve: Serve) -> None:
    serve(AUGUST)
    load("pendo", AUGUST)
    assert query(loaded, "select account_id from raw_pendo.accounts") == [("C-1",)]


@pytest.mark.parametrize("kind", ["accounts", "visitors"])
def test_no_account_or_visitor_at_all_is_an_error_and_empties_nothing(
    kind: str, loaded: Path, serve: Serve
) -> None:
    before = contents(loaded, "pendo"), watermarks(loaded, "pendo")
    serve(AUGUST, edit=lambda company: company.pendo[kind].clear())
    with pytest.raises(VendorLoadError, match=f"^pendo {kind}: Pendo lists none.*may read"):
        load("pendo", AUGUST)
    assert (contents(loaded, "pendo"), watermarks(loaded, "pendo")) == before


@pytest.mark.parametrize("kind", ["accounts", "visitors"])
def test_where_there_never_was_one_none_is_right(kind: str, warehouse: Path, serve: Serve) -> None:
    serve(JULY, edit=lambda company: company.pendo[kind].clear())
    load("pendo", JULY)
    assert query(warehouse, f"select count(*) from raw_pendo.{kind}") == [(0,)]


def test_poll_answers_are_text_and_have_an_account_even_if_blank(
    loaded_in_july: Path,
) -> None:
    answers = "select account_id, poll_response from raw_pendo.poll_events order by 1"
    assert query(loaded_in_july, answers) == [("", "9"), ("C-1", "7")]


def test_pages_of_a_few_rows_bring_the_same_as_one(
    warehouse: Path,
    loaded_in_july: Path,
    serve: Serve,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    serve(JULY)
    monkeypatch.setenv("SOURCES__PENDO__ROWS_PER_REQUEST", "3")
    load("pendo", JULY)
    assert contents(warehouse, "pendo") == contents(loaded_in_july, "pendo")


def test_a_person_with_more_rows_than_a_page_is_an_error_not_a_loss(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCES__PENDO__ROWS_PER_REQUEST", "2")
    serve(JULY)
    with pytest.raises(VendorLoadError, match="raise rows_per_request"):
        load("pendo", JULY)
