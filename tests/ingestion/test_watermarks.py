"""Watermarks: the last thing a load writes, and the only thing that is believed."""

import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from ingestion.warehouse import load, pipeline_for, prepare, write_watermarks
from ingestion.watermarks import BEGINNING
from ingestion.zendesk import zendesk_source
from tests.ingestion.changing_company import AUGUST, JULY
from tests.ingestion.conftest import Serve
from tests.ingestion.warehouse_contents import contents, query, watermarks

ROOT = Path(__file__).resolve().parents[2]
KILLED = """
import os, signal
from datetime import datetime
import {module}
from ingestion.warehouse import load

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

{module}.{name} = die
load("recurly", datetime.fromisoformat("{as_of}"))
"""


def test_a_load_replaces_the_watermarks(loaded: Path, serve: Serve) -> None:
    serve(AUGUST)
    load("zendesk", AUGUST)
    names = ("organizations", "tickets", "ticket_events", "satisfaction_ratings")
    assert watermarks(loaded, "zendesk") == {name: (BEGINNING, AUGUST) for name in names}
    assert query(loaded, "from raw_zendesk.load_watermarks where loaded_at is null") == []


def test_event_days_are_complete_up_to_a_local_midnight(loaded_in_july: Path) -> None:
    marks = watermarks(loaded_in_july, "pendo")
    assert marks["feature_events"] == (
        datetime(2026, 6, 15, 4),
        datetime(2026, 7, 14, 4),
    )
    assert marks["visitors"] == (BEGINNING, JULY)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        # Some tables are loaded, the package is not finished.
        ("dlt.load.load", "Load.complete_package"),
        # All tables are loaded, the watermarks are not written.
        ("ingestion.warehouse", "replace_watermarks"),
    ],
)
def test_a_killed_load_is_repeated_by_the_next(
    module: str, name: str, loaded: Path, loaded_in_august: Path, serve: Serve
) -> None:
    marks = watermarks(loaded, "recurly")
    serve(AUGUST)
    script = KILLED.format(module=module, name=name, as_of=AUGUST.isoformat())
    killed = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert watermarks(loaded, "recurly") == marks

    load("recurly", AUGUST)
    assert contents(loaded, "recurly") == contents(loaded_in_august, "recurly")
    assert watermarks(loaded, "recurly") == watermarks(loaded_in_august, "recurly")


def test_watermarks_are_refused_while_a_load_is_unfinished(warehouse: Path, serve: Serve) -> None:
    serve(JULY)
    prepare("zendesk")
    pipeline = pipeline_for("zendesk")
    pipeline.extract(zendesk_source(JULY))
    with pytest.raises(RuntimeError, match="did not finish"):
        write_watermarks("zendesk", JULY)
    assert watermarks(warehouse, "zendesk")["tickets"] == (None, None)


def test_a_partial_load_moves_only_what_it_read(loaded: Path, serve: Serve) -> None:
    serve(AUGUST)
    prepare("zendesk")
    pipeline_for("zendesk").run(zendesk_source(AUGUST).with_resources("tickets"))
    write_watermarks("zendesk", AUGUST)
    ends = {name: end for name, (_, end) in watermarks(loaded, "zendesk").items()}
    others = ("organizations", "ticket_events", "satisfaction_ratings")
    assert ends == {"tickets": AUGUST} | dict.fromkeys(others, JULY)


def test_a_vendor_whose_key_is_taken_away_loses_its_watermarks(loaded: Path) -> None:
    prepare("zendesk")
    assert watermarks(loaded, "zendesk") == {}
