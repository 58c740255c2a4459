"""What the dbt project promises to its readers: descriptions, owners, access, metrics, exposures.

All from the manifest of one `dbt parse`; nothing is built.
"""

import json
import re
from collections import defaultdict
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from tests.dbt_project.dbt_command import REPOSITORY, DbtFolder

pytestmark = pytest.mark.slow

Node = dict[str, Any]


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The project as dbt reads it, with all descriptions rendered."""
    folder = tmp_path_factory.mktemp("parsed")
    project = DbtFolder(REPOSITORY / "dbt_project", folder / "warehouse.duckdb")
    months = {"start": "2026-10-01", "end": "2026-11-01"}
    project.build("parse", "--target-path", str(folder), "--log-path", str(folder), **months)
    return json.loads((folder / "manifest.json").read_text())


@pytest.fixture(scope="module")
def models(manifest: dict[str, Any]) -> list[Node]:
    return [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]


@pytest.fixture(scope="module")
def marts(models: list[Node]) -> list[Node]:
    return [model for model in models if "marts" in model["fqn"]]


def is_blank(text: str | None) -> bool:
    return not (text or "").strip()


def test_every_column_of_every_mart_is_described(marts: list[Node]) -> None:
    blank = [
        f"{mart['name']}.{column['name']}"
        for mart in marts
        for column in mart["columns"].values()
        if is_blank(column["description"])
    ]
    assert blank == [], "Describe them in the YAML beside the model"


def test_every_mart_names_its_columns_in_a_contract(marts: list[Node]) -> None:
    # dbt compares a contract with the query: a column that the YAML does not name fails the build.
    assert [mart["name"] for mart in marts if not mart["contract"]["enforced"]] == []


def test_every_model_states_its_grain_in_the_first_sentence(models: list[Node]) -> None:
    wrong = [model["name"] for model in models if not model["description"].startswith("One row")]
    assert wrong == [], "Start their descriptions with: One row per ..."


def test_a_description_that_recurs_across_marts_is_a_doc_block(marts: list[Node]) -> None:
    written: dict[str, list[str]] = defaultdict(list)
    for mart in marts:
        for column in mart["columns"].values():
            if not column["doc_blocks"]:
                written[column["description"].strip()].append(f"{mart['name']}.{column['name']}")
    repeated = {text: columns for text, columns in written.items() if len(columns) > 1}
    assert repeated == {}, "Move the text into a doc block, models/docs.md for one"


def test_every_doc_block_is_used(manifest: dict[str, Any], models: list[Node]) -> None:
    used = {
        block for model in models for column in model["columns"].values()
        for block in column["doc_blocks"]
    }  # fmt: skip
    written = {key for key in manifest["docs"] if key.startswith("doc.customer_health.")}
    assert written - used == set()


def test_every_node_belongs_to_a_group_with_a_named_owner(manifest: dict[str, Any]) -> None:
    owned = {group["name"] for group in manifest["groups"].values() if group["owner"].get("name")}
    lacking = [
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed", "snapshot")
        and node["config"]["group"] not in owned
    ]
    assert lacking == [], "Give their folder a +group in dbt_project.yml, from models/groups.yml"


def test_marts_are_public_and_nothing_else_is(models: list[Node], marts: list[Node]) -> None:
    public = {model["name"] for model in models if model["access"] == "public"}
    assert public == {mart["name"] for mart in marts}


def test_every_metric_dimension_and_measure_has_a_label_and_a_description(
    manifest: dict[str, Any],
) -> None:
    things = list(manifest["metrics"].values())
    for semantic_model in manifest["semantic_models"].values():
        for kind in ("dimensions", "measures", "entities"):
            things += semantic_model[kind]
    assert len(things) > 40
    lacking = [
        thing["name"]
        for thing in things
        if is_blank(thing["label"])
        or is_blank(thing["description"])
        or thing["description"].startswith("Metric created from measure")
    ]
    assert lacking == []


def columns_read(thing: Node) -> set[str]:
    """The columns that the expression of a dimension, a measure or an entity names."""
    parsed = sqlglot.parse_one(str(thing["expr"] or thing["name"]), dialect="duckdb")
    return {column.name for column in parsed.find_all(exp.Column)}


def test_the_semantic_layer_reads_columns_that_its_marts_have(manifest: dict[str, Any]) -> None:
    missing, found = [], 0
    for semantic_model in manifest["semantic_models"].values():
        (mart,) = (manifest["nodes"][key] for key in semantic_model["depends_on"]["nodes"])
        for kind in ("dimensions", "measures", "entities"):
            for thing in semantic_model[kind]:
                found += len(columns_read(thing))
                for column in columns_read(thing) - mart["columns"].keys():
                    missing.append(f"{thing['name']}: {mart['name']} has no column {column}")
    assert missing == []
    assert found > 20


def test_the_closing_page_reads_the_marts_that_its_exposure_names(
    manifest: dict[str, Any],
) -> None:
    queries = (REPOSITORY / "orchestration" / "closing_queries.py").read_text()
    read = {f"model.customer_health.{mart}" for mart in re.findall(r"\bmarts\.(\w+)", queries)}
    named = manifest["exposures"]["exposure.customer_health.closing_page"]["depends_on"]["nodes"]
    assert set(named) == read, "Bring dbt_project/models/marts/exposures.yml up to date"


def test_every_check_of_the_data_says_what_it_means_and_what_to_do(
    manifest: dict[str, Any],
) -> None:
    tests = [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    checks = [
        test for test in tests if test.get("test_metadata", {}).get("name") == "finds_nothing"
    ]
    assert len(checks) > 5
    for check in checks:
        assert check["name"] == check["test_metadata"]["kwargs"]["check_name"]
        assert len(check["description"]) > 100, check["name"]


def test_every_finding_has_a_check_that_tells_it(manifest: dict[str, Any]) -> None:
    nodes = manifest["nodes"].values()
    tests = [node for node in nodes if node["resource_type"] == "test"]
    (known,) = (
        test["test_metadata"]["kwargs"]["values"]
        for test in tests
        if test["name"] == "every_finding_has_a_check_that_tells"
    )
    told = [test["name"] for test in tests if "finds_nothing" in test.get("raw_code", "")]
    assert sorted(known) == sorted(told)
