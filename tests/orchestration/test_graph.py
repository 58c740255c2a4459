"""The asset graph of the real project: what is in it, and that nothing hangs in the air."""

from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph

from orchestration.graph_snapshot import SNAPSHOT, describe_graph
from orchestration.paths import PROJECT_FOLDER
from orchestration.preparation import prepare

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    """The code location with dbt's manifest of the project as it is now; no vendor, no data."""
    folder = tmp_path_factory.mktemp("graph")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("WAREHOUSE_PATH", str(folder / "warehouse.duckdb"))
        environment.delenv("DBT_PROJECT_DIR", raising=False)
        environment.setenv("AS_OF", "2026-11-15T00:00:00Z")
        prepare()
        from orchestration.definitions import build_definitions

        yield build_definitions()


@pytest.fixture(scope="module")
def graph(definitions: dg.Definitions) -> AssetGraph:
    return definitions.resolve_asset_graph()


def test_the_graph_is_the_one_written_down(definitions: dg.Definitions) -> None:
    written, built = SNAPSHOT.read_text().splitlines(), describe_graph(definitions).splitlines()
    assert built == written, "The asset graph changed. If that is wanted: make graph"


def test_every_asset_is_filled_by_a_step(graph: AssetGraph) -> None:
    assert {key for key in graph.get_all_asset_keys() if not graph.get(key).is_executable} == set()


def test_every_asset_has_a_group_an_owner_a_kind_and_a_description(graph: AssetGraph) -> None:
    nodes = [graph.get(key) for key in graph.get_all_asset_keys()]
    lacking = [
        node.key.to_user_string()
        for node in nodes
        if not (node.group_name and node.owners and node.kinds and node.description)
    ]
    assert lacking == []


def ancestors(graph: AssetGraph, key: dg.AssetKey) -> set[dg.AssetKey]:
    found, waiting = set(), [key]
    while waiting:
        for parent in graph.get(waiting.pop()).parent_keys - found:
            found.add(parent)
            waiting.append(parent)
    return found


@pytest.mark.parametrize(
    "table",
    ["pendo/feature_events", "salesforce/accounts", "zendesk/tickets", "recurly/line_items"],
)
def test_a_vendor_table_leads_through_staging_to_the_fact(graph: AssetGraph, table: str) -> None:
    key = dg.AssetKey(table.split("/"))
    assert {child.path[0] for child in graph.get(key).child_keys} == {"staging"}
    assert key in ancestors(graph, dg.AssetKey(["marts", "fct_health_scores_monthly"]))


def test_watermarks_depend_on_the_whole_load_of_their_vendor(graph: AssetGraph) -> None:
    key = dg.AssetKey(["staging", "stg_recurly__load_watermarks"])
    resources = {key for key in graph.get_all_asset_keys() if key.path[0] == "recurly"}
    assert len(resources) > 5
    assert graph.get(key).parent_keys == resources


def test_nothing_without_a_score_month_reads_what_has_one(graph: AssetGraph) -> None:
    wrong = [
        f"{key.to_user_string()} reads {parent.to_user_string()}"
        for key in graph.get_all_asset_keys()
        for parent in graph.get(key).parent_keys
        if graph.get(parent).partitions_def
        and not graph.get(key).partitions_def
        and key != dg.AssetKey("publish")
    ]
    assert wrong == []


def test_publishing_comes_after_every_mart(graph: AssetGraph) -> None:
    published = {key for key in graph.get_all_asset_keys() if key.path[0] in ("marts", "audit")}
    assert graph.get(dg.AssetKey("publish")).parent_keys == published


def test_months_are_filled_in_one_run_whatever_the_range(graph: AssetGraph) -> None:
    policies = {
        graph.get(key).backfill_policy
        for key in graph.get_all_asset_keys()
        if graph.get(key).partitions_def
    }
    assert policies == {dg.BackfillPolicy.single_run()}


def test_every_step_that_touches_the_warehouse_waits_for_the_one_writer(
    definitions: dg.Definitions,
) -> None:
    job = definitions.resolve_job_def("customer_health")
    pools = {node.name: node.definition.pool for node in job.nodes}
    assert set(pools.values()) == {"duckdb_writer"}, pools


def test_the_schedule_is_there(definitions: dg.Definitions, tmp_path: Path) -> None:
    assert definitions.resolve_schedule_def("daily").cron_schedule == "0 5 * * *"


def test_every_vendors_table_and_the_publication_say_by_when_they_are_stale(
    definitions: dg.Definitions, graph: AssetGraph
) -> None:
    vendors = {"salesforce", "pendo", "zendesk", "recurly"}
    keys = [
        key
        for key in graph.get_all_asset_keys()
        if key.path[0] in vendors or key == dg.AssetKey("publish")
    ]
    assert len(keys) > len(vendors)
    specs = {spec.key: spec for spec in definitions.resolve_all_asset_specs()}
    assert [key for key in keys if specs[key].freshness_policy is None] == []


def test_the_checks_of_loads_say_what_to_do(graph: AssetGraph) -> None:
    checks = [
        graph.get_check_spec(key)
        for key in graph.asset_check_keys
        if key.name in ("load_completed", "nothing_missed", "fields_as_before")
    ]
    assert checks
    assert all("If" in check.description for check in checks)


def test_every_check_of_loads_and_data_has_a_page_on_what_to_do(graph: AssetGraph) -> None:
    findings = dg.AssetKey(["audit", "data_findings"])
    vendors = {"salesforce", "pendo", "zendesk", "recurly"}
    of_the_table_itself = ("not_null", "primary_key", "every")
    names = {
        key.name
        for key in graph.asset_check_keys
        if (key.asset_key == findings and not key.name.startswith(of_the_table_itself))
        or key.asset_key.path[0] in vendors
    }
    pages = {page.stem for page in (PROJECT_FOLDER / "docs" / "runbooks").glob("*.md")}
    assert {"load_completed", "accounts_mapped", "scores_not_lost"} <= names
    assert {name for name in names if name not in pages} == set()
