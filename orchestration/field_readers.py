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
    table = f"{vendor}.{resource}"
    metrics = metrics_resting_on(f"{table}.{column}") or metrics_of(table)
    return models + (metrics if models else [])


def reads_table(
    manifest: Mapping[str, Any], node: Mapping[str, Any], vendor: str, resource: str
) -> bool:
    return any(
        (source := manifest["sources"].get(unique_id))
        and source["source_name"] == vendor
        and source["name"].partition("__")[0] == resource
        for unique_id in node["depends_on"]["nodes"]
    )


def metrics_of(place: str) -> list[str]:
    """Labels of the metrics that read a vendor (`pendo`) or one of its tables (`pendo.events`)."""
    return [
        label
        for label, sources in sources_of_metrics().items()
        if any(source == place or source.startswith(f"{place}.") for source in sources)
    ]


def metrics_resting_on(column: str) -> list[str]:
    """Labels of the metrics that are unmapped without `<vendor>.<table>.<column>`."""
    return [label for label, sources in sources_of_metrics().items() if column in sources]


def sources_of_metrics() -> dict[str, list[str]]:
    with open(dbt_project_folder().parent / "seeds" / "metrics.csv", newline="") as file:
        return {row["label"]: row["sources"].split("; ") for row in csv.DictReader(file)}
