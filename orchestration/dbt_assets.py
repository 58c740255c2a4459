"""The dbt models as assets, in two steps: what has no score month, then what has one.

One Dagster step holds either partitioned or unpartitioned assets, and each start of dbt costs
seconds: so two steps and no more. A model without score month never reads one that has.
"""

import json
import shutil
import time
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
import orjson
from dagster_dbt import DbtCliInvocation, DbtCliResource, DbtProject, dbt_assets

from ingestion.warehouse_file import warehouse_path
from orchestration.audit_state import build_passed, build_started
from orchestration.clock import as_of_of_run
from orchestration.dbt_failures import explain_failures, what_tests_found
from orchestration.dbt_graph import GraphTranslator
from orchestration.no_way_back import refuse_going_back
from orchestration.partitions import MonthRange, months_of_tags, months_of_window
from orchestration.paths import dbt_target_folder
from orchestration.progress import FOR_PEOPLE
from orchestration.rescoring import rescorings_of_tags
from orchestration.run_plan import run_variables
from orchestration.warehouse_lock import hold_warehouse
from orchestration.warehouse_state import row_counts

# One writer: DuckDB stops a second process that opens the file (dagster.yaml: one at a time).
POOL = "duckdb_writer"
# The models with a score month, and what is derived from them.
WITH_SCORE_MONTH = "config.materialized:replace_months+"
# dbt's memory of the parsed project, worth 4 seconds. It holds for the same variables only, so both
# steps of a run get the same ones, and the second starts from what the first has parsed.
PARSED = "partial_parse.msgpack"
SECONDS_BETWEEN_PROGRESS = 5

Event = Any  # what dagster-dbt turns dbt's events into: Output, AssetCheckResult, AssetObservation


def build_dbt_assets(
    project: DbtProject,
    manifest: Mapping[str, Any],
    partitions: dg.PartitionsDefinition,
) -> list[dg.AssetsDefinition]:
    translator = GraphTranslator()

    @dbt_assets(
        manifest=manifest,
        project=project,
        name="dbt_without_score_month",
        exclude=WITH_SCORE_MONTH,
        dagster_dbt_translator=translator,
        pool=POOL,
    )
    def dbt_without_score_month(
        context: dg.AssetExecutionContext, dbt: DbtCliResource
    ) -> Iterator[Event]:
        yield from build(context, dbt, None)

    @dbt_assets(
        manifest=manifest,
        project=project,
        name="dbt_with_score_month",
        select=WITH_SCORE_MONTH,
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
        dagster_dbt_translator=translator,
        pool=POOL,
    )
    def dbt_with_score_month(
        context: dg.AssetExecutionContext, dbt: DbtCliResource
    ) -> Iterator[Event]:
        yield from build(context, dbt, months_of_window(context.partition_time_window))

    return [dbt_without_score_month, dbt_with_score_month]


def build(
    context: dg.AssetExecutionContext, dbt: DbtCliResource, months: MonthRange | None
) -> Iterator[Event]:
    """dbt build of the step's models and tests; the events with row counts and durations.

    Unit tests are left to `make test`: they read no data, so a run cannot change their result.
    The events are held until dbt has ended, because counting rows needs the warehouse to itself.

    Raises:
        dagster.Failure: with the failed tests and what they found, or since a later instant is
            published.
    """
    as_of = as_of_of_run(context)
    refuse_going_back(as_of)
    hold_warehouse(warehouse_path(), f"run {context.run.run_id}")
    step = context.op_execution_context.op.name
    variables = run_variables(as_of, months or months_of_tags(context.run.tags))
    if requests := rescorings_of_tags(context.run.tags):
        variables["rescore"] = requests
    build_started(step, context.run.run_id, months)
    artifacts = dbt_target_folder() / step
    for leftover in ("run_results.json", PARSED):
        (artifacts / leftover).unlink(missing_ok=True)
    invocation = dbt.cli(
        [
            "build",
            "--exclude-resource-type",
            "unit_test",
            "--vars",
            json.dumps(variables),
        ],
        context=context,
        target_path=artifacts,
        raise_on_error=False,
    )
    events, log_errors = follow(context, invocation)
    if (artifacts / PARSED).exists():
        shutil.copy(artifacts / PARSED, dbt_target_folder() / PARSED)
    results = artifacts / "run_results.json"
    run_results = orjson.loads(results.read_bytes()) if results.exists() else None
    found = what_tests_found(run_results, warehouse_path())
    yield from with_what_was_found(with_row_counts(context, events), found)
    if not invocation.is_successful():
        raise failure(invocation.manifest, run_results, log_errors)
    build_passed(step, is_whole=not context.is_subset, months=months)


def follow(
    context: dg.AssetExecutionContext, invocation: DbtCliInvocation
) -> tuple[list[Event], list[str]]:
    """The events of a dbt process until it ends, with a line now and then on how far it is."""
    events: list[Event] = []
    log_errors: list[str] = []
    reported_at = time.monotonic()
    for message in invocation.stream_raw_events():
        info, data = message.raw_event["info"], message.raw_event["data"]
        if info["level"] == "error":
            log_errors.append(info["msg"])
        events += message.to_default_asset_events(
            manifest=invocation.manifest,
            dagster_dbt_translator=invocation.dagster_dbt_translator,
            context=context,
            target_path=invocation.target_path,
            project=invocation.project,
        )
        if message.is_result_event and time.monotonic() - reported_at > SECONDS_BETWEEN_PROGRESS:
            reported_at = time.monotonic()
            total = data.get("total") or data["num_models"]
            context.log.info(
                f"{data['index']} of {total}: {data['node_info']['node_name']}",
                extra=FOR_PEOPLE,
            )
    return events, log_errors


def with_row_counts(context: dg.AssetExecutionContext, events: list[Event]) -> Iterator[Event]:
    """The events, materializations with the number of rows that their table has now."""
    keys = {
        output_name: key.path for output_name, key in context.assets_def.keys_by_output_name.items()
    }
    counts = row_counts(warehouse_path())
    for event in events:
        if isinstance(event, dg.Output):
            rows = counts.get(".".join(keys[event.output_name]))
            metadata = {"dagster/row_count": rows} if rows is not None else {}
            yield event.with_metadata({**event.metadata, **metadata})
        else:
            yield event


def with_what_was_found(events: Iterator[Event], found: Mapping[str, str]) -> Iterator[Event]:
    """The events, evaluations of tests that did not pass with the rows that they found."""
    for event in events:
        if isinstance(event, dg.AssetCheckResult) and not event.passed:
            unique_id = event.metadata["unique_id"].value
            yield event._replace(description=found.get(unique_id) or event.description)
        else:
            yield event


def failure(
    manifest: Mapping[str, Any], run_results: Mapping[str, Any] | None, log_errors: list[str]
) -> dg.Failure:
    messages = explain_failures(run_results, manifest, log_errors, warehouse_path())
    return dg.Failure(
        "\n".join(messages), metadata={"problems": len(messages)}, allow_retries=False
    )
