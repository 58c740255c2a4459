"""A run for an earlier instant than the published one, as a late re-execution is."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster_dlt import DagsterDltResource

from orchestration.clock import as_of_tag
from orchestration.dbt_assets import build
from orchestration.no_way_back import refuse_going_back
from orchestration.publishing import build_publish_asset
from orchestration.vendor_assets import build_vendor_assets
from tests.orchestration.conftest import AS_OF
from tests.orchestration.test_publishing import publish, read

BEFORE = AS_OF - timedelta(days=2)


@dg.asset
def dbt_step(context: dg.AssetExecutionContext) -> None:
    list(build(context, None, None))


STEPS = {
    "load_recurly": lambda: build_vendor_assets({}, {}, {}, AS_OF)[-1],
    "dbt": lambda: dbt_step,
    "publish": lambda: build_publish_asset([]),
}


def changed_at(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


@pytest.mark.parametrize("step", STEPS)
def test_a_run_for_an_earlier_instant_fails_at_whichever_step_is_first_and_touches_nothing(
    step: str, data: Path, warehouse: Path
) -> None:
    publish(data)
    asset = STEPS[step]()
    before = changed_at(data)
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize(
            [asset],
            instance=instance,
            tags=as_of_tag(BEFORE),
            resources={"dlt": DagsterDltResource()},
            raise_on_error=False,
        )
    (failure,) = result.get_step_failure_events()
    told = failure.step_failure_data.user_failure_data
    assert told.description.startswith(
        f"This run is for {BEFORE} UTC, but {AS_OF} UTC is already published, and no run goes back."
        " Nothing was changed."
    )
    assert changed_at(data) == before
    assert len(read(data, "from audit.publications")) == 1


def test_the_published_instant_and_later_ones_are_allowed_and_any_before_the_first_publication(
    data: Path, warehouse: Path
) -> None:
    refuse_going_back(BEFORE)
    publish(data)
    refuse_going_back(AS_OF)
    refuse_going_back(AS_OF + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("moment", "remedy"),
    [
        (AS_OF + timedelta(days=1), "start a new run or a new backfill instead"),
        (AS_OF - timedelta(days=1), "has not come yet.*WAREHOUSE_PATH"),
    ],
)
def test_the_remedy_fits_the_cause(
    data: Path, warehouse: Path, monkeypatch: pytest.MonkeyPatch, moment: datetime, remedy: str
) -> None:
    monkeypatch.setattr("orchestration.no_way_back.now", lambda: moment)
    publish(data)
    with pytest.raises(dg.Failure) as refused:
        refuse_going_back(BEFORE)
    assert not refused.value.allow_retries
    assert re.search(remedy, refused.value.description)
