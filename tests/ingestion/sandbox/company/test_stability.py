"""What was once visible stays as it was, unless it changed and says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from ingestion.sandbox.company import DEFAULT_AS_OF, Company, simulate

# Late on a day, late in a month: meetings of the next month are planned, one day is incomplete.
EARLIER = datetime(2026, 8, 30, 15, 30)
EVENTS = ("events", "featureEvents", "trackEvents")
SMALL, LARGE = 24, 37
# Accounts, an earlier and a later clock; between the second two lie merges and deletions.
CLOCKS = (
    (SMALL, EARLIER, DEFAULT_AS_OF),
    (60, DEFAULT_AS_OF, datetime(2026, 12, 15)),
)
Records = dict[tuple[str, str, str], tuple[datetime, datetime, dict]]


@pytest.fixture(scope="module")
def small() -> Company:
    return simulate(accounts=SMALL)


@pytest.fixture(scope="module", params=CLOCKS, ids=("default", "merges"))
def views(request: pytest.FixtureRequest) -> tuple[datetime, Records, Records]:
    """An earlier clock, and what it and a later one show."""
    accounts, earlier, later = request.param
    shown = (records_of(simulate(accounts=accounts, as_of=clock)) for clock in (earlier, later))
    return (earlier, *shown)


def records_of(company: Company) -> Records:
    """(vendor, object, id) -> created, last change, record."""
    found = {}
    for name, rows in company.salesforce.items():
        for row in rows:
            key = ("salesforce", name, row["Id"])
            stamp = row.get("SystemModstamp", row["CreatedDate"])
            found[key] = (row["CreatedDate"], stamp, row)
    for vendor in ("zendesk", "recurly"):
        for name, rows in getattr(company, vendor).items():
            for row in rows:
                key = (vendor, name, str(row["id"]))
                # An event that happened does not change any more.
                stamp = row.get("updated_at", row["created_at"])
                if "generated_timestamp" in row:
                    # What the system did to a ticket moves nothing else.
                    stamp = datetime.fromtimestamp(row["generated_timestamp"], UTC)
                    stamp = max(row["updated_at"], stamp.replace(tzinfo=None))
                found[key] = (row["created_at"], stamp, row)
    return found


def test_a_record_that_a_later_clock_shows_otherwise_was_stamped_since(
    views: tuple[datetime, Records, Records],
) -> None:
    clock, earlier, later = views
    # Salesforce forgets what its log of changes said two years ago.
    forgotten = earlier.keys() - later.keys()
    assert {name for _, name, _ in forgotten} <= {"AccountHistory", "ContactHistory"}
    for key in earlier.keys() & later.keys():
        _, _, record = earlier[key]
        _, stamp, now = later[key]
        assert now == record or stamp >= clock, key


def test_a_later_clock_shows_no_new_record_of_the_past(
    views: tuple[datetime, Records, Records],
) -> None:
    clock, earlier, later = views
    news = {key: value for key, value in later.items() if key not in earlier}
    assert news and all(created >= clock for created, _, _ in news.values())


def test_nothing_is_stamped_at_or_after_the_clock(small: Company) -> None:
    for key, (created, stamp, _) in records_of(small).items():
        assert created <= stamp < small.as_of, key


def test_days_of_product_events_are_final_after_three_days_and_none_lies_ahead(
    small: Company,
) -> None:
    before = simulate(accounts=SMALL, as_of=EARLIER).pendo
    added = 0
    final = ((EARLIER - timedelta(days=4)).replace(tzinfo=UTC)).timestamp() * 1000
    for name in EVENTS:
        last = pc.max(before[name]["day"]).as_py()
        assert last < EARLIER.replace(tzinfo=UTC).timestamp() * 1000
        past, open_ = pc.field("day") <= final, (pc.field("day") > final) & (pc.field("day") < last)
        assert before[name].filter(past).equals(small.pendo[name].filter(past)), name
        shown = before[name].filter(open_).to_pylist()
        later = small.pendo[name].filter(open_).to_pylist()
        assert all(row in later for row in shown), name
        added += len(later) - len(shown)
    assert added > 0


def test_a_larger_company_has_the_same_records_of_the_accounts_that_a_small_one_has(
    small: Company,
) -> None:
    large = simulate(accounts=LARGE)
    many, few = records_of(large), records_of(small)
    assert len(many) > len(few)
    for key, value in few.items():
        assert many[key] == value, key
    known = pa.array(account["accountId"] for account in small.pendo["accounts"])
    for name in EVENTS:
        few_rows = small.pendo[name].filter(pc.is_in(small.pendo[name]["accountId"], known))
        same_rows = large.pendo[name].filter(pc.is_in(large.pendo[name]["accountId"], known))
        assert few_rows.equals(same_rows), name


def test_the_same_seed_gives_the_same_company_and_another_seed_another(small: Company) -> None:
    again, other = simulate(accounts=SMALL), simulate(accounts=SMALL, seed=8)
    assert again.salesforce == small.salesforce and again.pendo["events"] == small.pendo["events"]
    assert other.salesforce != small.salesforce


def test_a_clock_with_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="naive UTC"):
        simulate(accounts=1, as_of=datetime.fromisoformat("2026-11-15T00:00:00+00:00"))
