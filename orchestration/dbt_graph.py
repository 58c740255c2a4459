"""How dbt's nodes look in the asset graph: dependencies, descriptions, owners."""

import csv
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import dagster as dg
import orjson
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtProject

from orchestration.paths import dbt_project_folder

# The watermarks are written last of all, after every table of the vendor: whoever reads them
# depends on the whole load, not on a table of its own.
WATERMARKS = "load_watermarks"


def load_manifest(project: DbtProject) -> Mapping[str, Any]:
    """The project as dbt parsed it. Commands prepare it before Dagster loads the graph."""
    if not project.manifest_path.exists():
        raise FileNotFoundError(
            f"{project.manifest_path} is missing: dbt has not parsed the project yet. "
            "Run `make run` or `make ui`, or `python -m orchestration prepare`."
        )
    return orjson.loads(project.manifest_path.read_bytes())


def source_descriptions(manifest: Mapping[str, Any]) -> dict[dg.AssetKey, str]:
    """What dbt's sources say about the vendors' tables."""
    return {
        dg.AssetKey(key): source["description"]
        for source in manifest["sources"].values()
        if (key := asset_key_of(source)) and source.get("description")
    }


def source_owners() -> dict[dg.AssetKey, str]:
    """Who answers for a vendor's table where it is filled in: the seed `sources`."""
    with open(dbt_project_folder().parent / "seeds" / "sources.csv", newline="") as file:
        return {
            dg.AssetKey([row["source"], row["resource"]]): team(row["data_owner"])
            for row in csv.DictReader(file)
        }


def source_freshness() -> dict[dg.AssetKey, dg.FreshnessPolicy]:
    """By when a vendor's table has to be loaded again: the seed `sources`.

    It fails when no run has loaded for so long, whatever the reason; whether a load brought the
    data up to the run's instant is the check `load_completed`.
    """
    with open(dbt_project_folder().parent / "seeds" / "sources.csv", newline="") as file:
        return {
            dg.AssetKey([row["source"], row["resource"]]): freshness(int(row["freshness_hours"]))
            for row in csv.DictReader(file)
        }


def freshness(hours: int) -> dg.FreshnessPolicy:
    """Fails after so many hours, warns two hours after a daily run should have been."""
    fail_after, warn_after = timedelta(hours=hours), timedelta(hours=26)
    return dg.FreshnessPolicy.time_window(
        fail_window=fail_after, warn_window=warn_after if warn_after < fail_after else None
    )


def team(name: str) -> str:
    """A function of the company as an owner in Dagster's spelling."""
    return "team:" + name.lower().replace(" ", "_")


def owners_of(manifest: Mapping[str, Any], spec: dg.AssetSpec) -> Sequence[str]:
    """The owner of the node's dbt group: its e-mail if it has one, else the function by name."""
    names = [
        group["owner"]["name"]
        for group in manifest["groups"].values()
        if group["name"] == spec.group_name and group["owner"].get("name")
    ]
    return spec.owners or [team(name) for name in names]


def vendor_tables(manifest: Mapping[str, Any], source_name: str) -> list[dg.AssetKey]:
    """The asset keys of all tables that the load of a vendor fills."""
    return [
        dg.AssetKey(key)
        for source in manifest["sources"].values()
        if source["source_name"] == source_name and (key := asset_key_of(source))
    ]


def asset_key_of(source: Mapping[str, Any]) -> list[str] | None:
    return source["config"].get("meta", {}).get("dagster", {}).get("asset_key")


def dependencies(manifest: Mapping[str, Any], spec: dg.AssetSpec) -> list[dg.AssetDep]:
    """The node's dependencies; on a vendor's watermarks: on all tables of its load."""
    deps: dict[dg.AssetKey, dg.AssetDep] = {}
    for dep in spec.deps:
        if dep.asset_key.path[-1] == WATERMARKS:
            source_name = dep.asset_key.path[0]
            for key in vendor_tables(manifest, source_name):
                deps.setdefault(key, dg.AssetDep(key))
        else:
            deps[dep.asset_key] = dep
    return list(deps.values())


def description_of(node: Mapping[str, Any]) -> str:
    """The model's own words, without the SQL that Dagster would repeat below them."""
    return node.get("description") or f"The {node['resource_type']} {node['name']}."


class GraphTranslator(DagsterDbtTranslator):
    """dbt nodes as assets: keys ([schema, name]), groups and owners as dbt has them."""

    def __init__(self) -> None:
        # A vendor's table and the child tables of its lists are one resource, so one asset.
        super().__init__(DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True))

    def get_asset_spec(
        self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetSpec:
        spec = super().get_asset_spec(manifest, unique_id, project)
        node = self.get_resource_props(manifest, unique_id)
        return spec.replace_attributes(
            deps=dependencies(manifest, spec),
            description=description_of(node),
            owners=owners_of(manifest, spec),
        )

    def get_asset_check_spec(
        self,
        asset_spec: dg.AssetSpec,
        manifest: Mapping[str, Any],
        unique_id: str,
        project: DbtProject | None,
    ) -> dg.AssetCheckSpec | None:
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        # dagster-dbt looks for the description in the test's meta, dbt has a property for it.
        description = self.get_resource_props(manifest, unique_id).get("description")
        return spec._replace(description=description or spec.description) if spec else None
