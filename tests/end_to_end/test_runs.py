"""From HTTP to the published database: one run, the same again, a month later, a killed one, and
one with a wrong configuration. What they share is expensive, so that it is all in one file."""

import re
from datetime import date
from pathlib import Path

import duckdb
import pytest

from ingestion.sandbox.credentials import VENDORS, dlt_environment
from tests.dbt_project.dbt_command import REPOSITORY, DbtFolder
from tests.end_to_end.conftest import History
from tests.end_to_end.people import TEXTS, company_of_tests, known_people, named
from tests.end_to_end.project import MONTHLY_MARTS, secrets_of
from tests.metric_oracles.comparison import (
    ORACLES,
    as_published,
    differences,
    expected_revenue,
    published_revenue,
    published_values,
)
from tests.metric_oracles.world import World

pytestmark = pytest.mark.slow


def changed_months(
    before: dict[str, dict[date, str]], after: dict[str, dict[date, str]]
) -> set[date]:
    return {
        month
        for mart in MONTHLY_MARTS
        for month in before[mart].keys() | after[mart].keys()
        if before[mart].get(month) != after[mart].get(month)
    }


def test_the_first_run_scores_24_ended_months_and_the_month_in_progress(history: History) -> None:
    months = sorted(history.hashes_first["marts.fct_health_scores_monthly"])
    assert (months[0], months[-1], len(months)) == (date(2024, 11, 1), date(2026, 11, 1), 25)


def test_the_page_tells_bands_moves_sources_and_where_it_was_published(history: History) -> None:
    for words in (
        "Customer health, November 2026 (in progress, as of 2026-11-15 00:00 UTC)",
        "green",
        "unknown",
        "Fell most since the month before",
        "points)",
        "Salesforce: complete through 2026-11-15 00:00 UTC",
        "customer_health.duckdb",
        "make ui",
    ):
        assert words in history.first.output


def test_no_key_is_ever_printed(history: History) -> None:
    keys = secrets_of(dlt_environment(dict.fromkeys(VENDORS, 1)))
    assert len(keys) == 4
    runs = (history.first, history.again, history.killed, history.later)
    assert [key for key in keys if any(key in run.output for run in runs)] == []


def test_there_is_one_row_per_account_and_month(history: History) -> None:
    duplicates = history.project.read(
        "select account_id, score_month from marts.fct_health_scores_monthly "
        "group by all having count(*) > 1"
    )
    assert duplicates == []


def test_accounts_that_have_churned_keep_their_months(history: History) -> None:
    (churned,) = history.project.read(
        """
        select count(distinct account_id) from marts.fct_health_scores_monthly
        where account_id not in (
            select account_id from marts.fct_health_scores_monthly
            where score_month = (select max(score_month) from marts.fct_health_scores_monthly)
        )
        """
    )
    assert churned[0] > 0


def test_every_band_is_there(history: History) -> None:
    bands = history.project.read("select distinct health_band from marts.fct_health_scores_monthly")
    assert {band for (band,) in bands} == {"green", "yellow", "red", "unknown"}


def test_every_value_state_is_there(history: History) -> None:
    states = history.project.read(
        "select distinct value_state from marts.fct_health_metrics_monthly"
    )
    assert {state for (state,) in states} == {
        "observed", "stale", "not_enough_history", "source_late", "unmapped", "not_applicable",
    }  # fmt: skip


def test_each_scorecard_scores_the_accounts_and_months_that_it_is_for(history: History) -> None:
    scorecards = history.project.read(
        """
        select distinct
            use_case, results.scorecard, results.scorecard_version,
            accounts.lifecycle_stage = 'deployment',
            results.score_month >= date '2026-05-01'
        from marts.fct_scorecard_results_monthly as results
        inner join marts.fct_health_scores_monthly as accounts using (account_id, score_month)
        where results.is_official
        """
    )
    assert set(scorecards) == {
        ("retention", "customer_health", "1", False, False),
        ("retention", "customer_health", "2", False, True),
        *(("retention", "onboarding_health", "1", True, late) for late in (False, True)),
        *(
            (use_case, f"{use_case}_health", "1", is_new, late)
            for use_case in ("adoption", "expansion")
            for is_new in (False, True)
            for late in (False, True)
        ),
    }


def test_a_new_version_shows_as_configuration_in_its_first_month(history: History) -> None:
    parts = history.project.read(
        """
        select score_month, count(*) filter (where abs(change_configuration) > 1e-9) / count(*)
        from marts.fct_health_scores_monthly
        where scorecard = 'customer_health' and change_configuration is not null
        group by score_month
        """
    )
    shares = dict(parts)
    assert shares.pop(date(2026, 5, 1)) > 0.9
    assert max(shares.values()) < 0.5


def test_weights_sum_to_one_and_contributions_to_the_raw_score(history: History) -> None:
    wrong = history.project.read(
        """
        select scores.account_id, scores.score_month
        from marts.fct_health_scores_monthly as scores
        inner join marts.fct_health_metrics_monthly as metrics
            on metrics.account_id = scores.account_id
            and metrics.score_month = scores.score_month
            and metrics.scorecard = scores.scorecard
            and metrics.scorecard_version = scores.scorecard_version
        where scores.raw_score is not null
        group by scores.account_id, scores.score_month, scores.raw_score
        having abs(sum(metrics.effective_weight) - 1) > 1e-9
            or abs(sum(metrics.contribution) - scores.raw_score) > 1e-9
        """
    )
    assert wrong == []


@pytest.mark.parametrize("metric", ORACLES)
def test_every_account_and_month_has_the_value_and_state_that_what_happened_amounts_to(
    history: History, worlds: dict[date, World], metric: str
) -> None:
    published = published_values(history.project.published, metric)
    wrong = differences(as_published(ORACLES[metric], worlds), published)
    assert wrong.empty, f"{len(wrong)} of {len(published)} rows:\n{wrong.head(20).to_string()}"


def test_the_revenue_of_every_account_and_month_is_what_its_invoices_say(
    history: History, worlds: dict[date, World]
) -> None:
    expected = as_published(expected_revenue, worlds)
    wrong = differences(expected, published_revenue(history.project.published))
    assert wrong.empty, f"{len(wrong)} rows:\n{wrong.head(20).to_string()}"


def test_no_account_is_linked_by_a_mailbox_provider_and_no_test_account_is_scored(
    history: History,
) -> None:
    import duckdb

    with duckdb.connect(
        str(history.project.data / "warehouse.duckdb"), read_only=True
    ) as warehouse:
        freemail = warehouse.execute(
            """
            select count(*)
            from intermediate.int_account_links as links
            inner join raw_pendo.accounts as accounts on accounts.account_id = links.source_id
            inner join reference.freemail_domains as freemail
                on freemail.domain = accounts.registrable_domain
            where links.source = 'pendo' and links.link_method = 'domain'
            """
        ).fetchone()
        test_tenants = warehouse.execute(
            """
            select count(*)
            from intermediate.int_account_links as links
            inner join raw_pendo.accounts as accounts on accounts.account_id = links.source_id
            where links.source = 'pendo' and accounts.metadata__agent__environment = 'test'
            """
        ).fetchone()
    assert (freemail, test_tenants) == ((0,), (0,))


def test_the_same_run_again_changes_no_month_and_computes_two(history: History) -> None:
    assert history.again.exit_code == 0, history.again.output
    assert "Score months 2026-10 to 2026-11" in history.again.output
    assert changed_months(history.hashes_first, history.hashes_again) == set()


def test_a_killed_run_publishes_nothing_and_the_next_one_takes_over(history: History) -> None:
    assert history.killed.exit_code == -9
    assert history.version_after_kill == history.version_before_kill
    assert "was left behind by a killed process: marked as failed" in history.later.output


def test_a_month_later_only_new_and_lookback_months_change(history: History) -> None:
    assert history.later.exit_code == 0, history.later.output
    assert "Score months 2026-11 to 2026-12" in history.later.output
    changed = changed_months(history.hashes_first, history.hashes_later)
    assert changed == {date(2026, 11, 1), date(2026, 12, 1)}


def test_a_reader_in_a_loop_saw_no_error_and_only_whole_publications(
    history: History, kept_states: dict[str, str]
) -> None:
    assert history.reader_errors == ""
    assert history.seen["reads"] > 20
    seen = history.seen["states"]
    assert seen == {version: [kept_states[version]] for version in seen}
    assert len(seen) >= 2


def test_every_publication_says_what_it_is(history: History) -> None:
    rows = history.project.read(
        "select first_month, last_month, checks_passed, checks_warned, as_of, code_version "
        "from audit.publications order by version"
    )
    assert [(row[0], row[1]) for row in rows[:3]] == [
        (date(2024, 11, 1), date(2026, 11, 1)),
        (date(2026, 10, 1), date(2026, 11, 1)),
        (date(2026, 11, 1), date(2026, 12, 1)),
    ]
    assert all(row[2] > 100 and row[5] for row in rows)


def test_every_published_table_and_column_says_what_it_is(history: History) -> None:
    silent = history.project.read(
        """
        with published as (
            select schema_name, table_name, null as column_name, comment from duckdb_tables()
            union all
            select schema_name, table_name, column_name, comment from duckdb_columns()
        )
        select table_name, column_name from published
        where schema_name in ('marts', 'audit') and trim(coalesce(comment, '')) = ''
        """
    )
    assert silent == []


def test_the_unit_tests_of_the_models_pass(history: History, tmp_path: Path) -> None:
    # Beside a warehouse that is built, because dbt takes the types of their inputs from it.
    models = DbtFolder(REPOSITORY / "dbt_project", history.project.data / "warehouse.duckdb")
    artifacts = ("--target-path", str(tmp_path), "--log-path", str(tmp_path))
    tests = models.run(
        "test", "--select", "test_type:unit", *artifacts, start="2026-10-01", end="2026-11-01"
    )
    assert tests.exit_code == 0, tests.output
    assert re.search(r"Finished running [1-9]\d* unit tests", tests.output), tests.output


def test_nobody_but_the_csm_is_named_in_what_is_published(history: History) -> None:
    company = company_of_tests()
    people = known_people(company)
    assert len(people) > 500
    with duckdb.connect(str(history.project.published), read_only=True) as connection:
        columns = connection.execute(TEXTS).fetchall()
        assert len(columns) > 100
        selects = [f"select distinct '{t}.{c}' as place, {c} as said from {t}" for t, c in columns]
        connection.execute(f"create temp view texts as {' union all '.join(selects)}")
        assert named(connection, people) == []
        addresses = "select place, said from texts where regexp_matches(said, '[^ ]+@[^ ]+[.]')"
        assert connection.execute(f"{addresses} limit 5").fetchall() == []
        responsible = "select distinct csm_name from marts.fct_health_scores_monthly"
        managers = {name for (name,) in connection.execute(responsible).fetchall() if name}
    users = {user["Name"] for user in company.salesforce["User"]}
    assert managers <= users
    assert len(managers) > 3


def test_nobody_but_the_csm_is_named_in_the_parquet_files(history: History) -> None:
    folders = sorted((history.project.data / "serving" / "parquet").iterdir())
    assert len(folders) > 10
    with duckdb.connect() as connection:
        selects = []
        for folder in folders:
            files = f"read_parquet('{folder}/**/*.parquet')"
            selects += [
                f"select distinct '{folder.name}.{column}' as place, {column} as said from {files}"
                for column, kind, *_ in connection.execute(f"describe from {files}").fetchall()
                if kind == "VARCHAR" and column != "csm_name"
            ]
        connection.execute(f"create temp view texts as {' union all '.join(selects)}")
        assert named(connection, known_people(company_of_tests())) == []
