"""What depends on a field of a vendor: the staging models that read it, the metrics behind them."""

import csv
import re
from collections.abc import Mapping
from typing import Any

from orchestration.paths import dbt_project_folder


def readers_of(manifest: Mapping[str, Any], vendor: str, resource: str, column: str) -> list[str]:
    """Names of models, then labels of metrics; empty where nothing reads the column.

    Metrics that list the column itself (metrics.csv, sources) are the ones that rest on it; where
    none does, all that list its raw table may.
    """
    models = sorted(
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        and reads_table(manifest, node, vendor, resource)
        and re.search(rf"\b{re.escape(column)}\b", node["raw_code"])
    )
    return models + (metrics_of(vendor, resource, column) if models else [])


def reads_table(
    manifest: Mapping[str, Any], node: Mapping[str, Any], vendor: str, resource: str
) -> bool:
    return any(
        (source := manifest["sources"].get(unique_id))
        and source["source_name"] == vendor
        and source["name"].partition("__")[0] == resource
        for unique_id in node["depends_on"]["nodes"]
    )


def metrics_of(vendor: str, resource: str, column: str) -> list[str]:
    with open(dbt_project_folder().parent / "seeds" / "metrics.csv", newline="") as file:
        sources = {row["label"]: row["sources"].split("; ") for row in csv.DictReader(file)}
    table = f"{vendor}.{resource}"
    resting = [label for label, listed in sources.items() if f"{table}.{column}" in listed]
    return resting or [label for label, listed in sources.items() if table in listed]
