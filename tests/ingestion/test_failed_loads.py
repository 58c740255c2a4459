"""Loads that fail: what is said, what is left, what is never written down."""

import time
from pathlib import Path

import pytest
from dlt.common.versioned_state import decompress_state

from ingestion import load_origin
from ingestion.sandbox.credentials import dlt_environment
from ingestion.warehouse import VENDORS, VendorLoadError, load
from tests.ingestion.changing_company import AUGUST, JULY
from tests.ingestion.conftest import Serve
from tests.ingestion.warehouse_contents import contents, query, watermarks

CHANGED = {"interval_length": "monthly"}
each_vendor = pytest.mark.parametrize("vendor", VENDORS)


def test_no_key_is_written_anywhere(loaded_in_july: Path) -> None:
    """Neither into the warehouse nor into dlt's state, traces and schemas beside it."""
    ports = dict.fromkeys(VENDORS, 0)
    settings = dlt_environment(ports)
    keys = [value.encode() for name, value in settings.items() if _is_key(name)]
    written = [path for path in loaded_in_july.parent.rglob("*") if path.is_file()]
    assert len(keys) == len(VENDORS)
    assert len(written) > len(VENDORS)
    for path in written:
        assert not any(key in path.read_bytes() for key in keys), path
    for vendor in VENDORS:
        # What dlt remembers lies compressed in the warehouse.
        states = query(loaded_in_july, f"select state from raw_{vendor}._dlt_pipeline_state")
        remembered = str([decompress_state(state) for (state,) in states])
        assert "resources" in remembered
        assert not any(key.decode() in remembered for key in keys)


@each_vendor
def test_a_wrong_key_is_named_but_not_shown(
    vendor: str, serve: Serve, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settings = serve(JULY)
    prefix = f"SOURCES__{vendor.upper()}__"
    setting = next(name for name in settings if name.startswith(prefix) and _is_key(name))
    monkeypatch.setenv(setting, "a-wrong-key")
    with pytest.raises(VendorLoadError) as raised:
        load(vendor, JULY)
    message = str(raised.value)
    assert message.startswith(vendor)
    assert "HTTP 40" in message
    assert "What to do: check" in message
    assert "a-wrong-key" not in message + caplog.text


def test_a_value_of_another_type_stops_the_load_before_anything_is_written(
    loaded: Path, serve: Serve
) -> None:
    rows, marks = contents(loaded, "recurly"), watermarks(loaded, "recurly")
    with pytest.raises(VendorLoadError, match="recurly plans: interval_length is no"):
        serve(AUGUST, edit=lambda company: company.recurly["plans"][0].update(CHANGED))
        load("recurly", AUGUST)
    assert contents(loaded, "recurly") == rows
    assert watermarks(loaded, "recurly") == marks


@each_vendor
def test_a_vendor_that_is_down_leaves_everything_as_it_was(
    vendor: str, loaded: Path, serve: Serve
) -> None:
    rows, marks = contents(loaded, vendor), watermarks(loaded, vendor)
    serve(AUGUST, down=[vendor])
    with pytest.raises(VendorLoadError, match="HTTP 500.*the next run loads what this one"):
        load(vendor, AUGUST)
    assert contents(loaded, vendor) == rows
    assert watermarks(loaded, vendor) == marks


def test_a_vendor_that_was_never_up_is_expected_but_not_loaded(
    warehouse: Path, serve: Serve
) -> None:
    serve(JULY, down=["pendo"])
    with pytest.raises(VendorLoadError):
        load("pendo", JULY)
    marks = watermarks(warehouse, "pendo")
    assert set(marks) == set(VENDORS["pendo"](JULY).resources)
    assert set(marks.values()) == {(None, None)}


def test_a_vendor_that_is_down_is_given_up_on_soon_enough(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the committed settings, but a tenth of their pauses."""
    monkeypatch.delenv("RUNTIME__REQUEST_MAX_ATTEMPTS")
    monkeypatch.setenv("RUNTIME__REQUEST_BACKOFF_FACTOR", "0.1")
    serve(JULY, down=["recurly"])
    start = time.monotonic()
    with pytest.raises(VendorLoadError):
        load("recurly", JULY)
    # 0.1 + 0.2 + 0.4 + 0.8 s of pauses.
    assert 1.5 < time.monotonic() - start < 6


def _is_key(setting: str) -> bool:
    return setting.endswith(("_SECRET", "_KEY", "_TOKEN"))


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_real_vendor_is_not_loaded_on_top_of_a_simulated_company(
    vendor: str, loaded: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(JULY)
    before = contents(loaded, vendor)
    address = "LOGIN_URL" if vendor == "salesforce" else "BASE_URL"
    monkeypatch.setenv(f"SOURCES__{vendor.upper()}__{address}", "https://vendor.example")
    with pytest.raises(VendorLoadError, match="customers of a company simulated.*WAREHOUSE_PATH"):
        load(vendor, JULY)
    assert contents(loaded, vendor) == before


def test_a_simulated_company_is_not_loaded_on_top_of_a_real_vendor(
    loaded: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(load_origin, "is_simulated", lambda vendor: False)
        load_origin.note_origin("zendesk")
    serve(AUGUST)
    before = contents(loaded, "zendesk")
    with pytest.raises(VendorLoadError, match="customers of a real vendor"):
        load("zendesk", AUGUST)
    assert contents(loaded, "zendesk") == before
