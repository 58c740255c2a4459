"""Which of Pendo's local days a load reads."""

from csv import DictReader
from datetime import date, datetime
from pathlib import Path

import pytest

from ingestion.pendo_days import chunks, day_window, time_zone
from ingestion.watermarks import Watermark

NOVEMBER = datetime(2026, 11, 15)


@pytest.fixture(autouse=True)
def no_start_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCES__PENDO__START_DATE", "")


def test_a_first_load_reads_32_months_up_to_the_last_day_that_ended() -> None:
    window = day_window(None, NOVEMBER)
    # Midnight UTC is 19:00 of the 14th in New York: that day goes on.
    assert (window.first, window.end) == (date(2024, 3, 1), date(2026, 11, 14))
    assert window.covered.complete_through == datetime(2026, 11, 14, 5)


def test_a_day_that_ends_at_as_of_is_read() -> None:
    assert day_window(None, datetime(2026, 11, 15, 5)).end == date(2026, 11, 15)


def test_a_later_load_reads_three_days_again_and_keeps_the_beginning() -> None:
    known = Watermark(datetime(2024, 3, 1, 5), datetime(2026, 11, 14, 5))
    window = day_window(known, datetime(2026, 11, 20))
    assert (window.first, window.end) == (date(2026, 11, 11), date(2026, 11, 19))
    assert window.covered == Watermark(datetime(2024, 3, 1, 5), datetime(2026, 11, 19, 5))


def test_an_as_of_that_moves_back_reads_from_there_and_claims_no_more() -> None:
    known = Watermark(datetime(2024, 3, 1, 5), datetime(2026, 11, 14, 5))
    window = day_window(known, datetime(2026, 10, 15))
    assert (window.first, window.end) == (date(2026, 10, 11), date(2026, 10, 14))
    assert window.covered == Watermark(datetime(2024, 3, 1, 5), datetime(2026, 10, 14, 4))


def test_a_start_date_moved_back_is_caught_up_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCES__PENDO__START_DATE", "2023-01-01")
    known = Watermark(datetime(2024, 3, 1, 5), datetime(2026, 11, 14, 5))
    window = day_window(known, NOVEMBER)
    assert window.first == date(2023, 1, 1)
    assert window.covered.complete_from == datetime(2023, 1, 1, 5)


def test_requests_cover_each_local_day_once_also_where_clocks_change() -> None:
    window = day_window(None, NOVEMBER)
    requests = list(chunks(window))
    days = [day for request in requests for day in request]
    assert max(map(len, requests)) == 30
    assert len(days) == (window.end - window.first).days
    hours = {(later - day) / 3_600_000 for day, later in zip(days, days[1:], strict=False)}
    assert hours == {23, 24, 25}


def test_the_time_zone_is_that_of_the_seed_that_models_read() -> None:
    """The committed setting and the seed say the same of the same subscription."""
    seed = Path(__file__).resolve().parents[2] / "seeds" / "sources.csv"
    with seed.open(newline="") as lines:
        zones = {row["time_zone"] for row in DictReader(lines) if row["source"] == "pendo"}
    assert zones == {str(time_zone())}
