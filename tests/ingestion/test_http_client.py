"""The one HTTP policy."""

import pickle
import threading
import time
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from ingestion.http_client import UnencryptedAddress, vendor_errors, vendor_session
from ingestion.settings import required_setting
from ingestion.vendor_errors import VendorLoadError, vendor_error_in


class Throttled(BaseHTTPRequestHandler):
    """Refuses the first request with Recurly's kind of 429, answers the second."""

    calls: list[float] = []

    def do_GET(self) -> None:
        self.calls.append(time.time())
        is_first = len(self.calls) == 1
        self.send_response(429 if is_first else 200)
        if is_first:
            self.send_header("X-RateLimit-Reset", str(int(time.time()) + 2))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def throttled_url() -> Iterator[str]:
    Throttled.calls = []
    server = HTTPServer(("127.0.0.1", 0), Throttled)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.mark.parametrize("url", ["http://vendor.example/v1", "http://127.0.0.1.vendor.example"])
def test_a_key_never_leaves_this_machine_in_clear_text(url: str) -> None:
    with pytest.raises(UnencryptedAddress, match="is not https"):
        vendor_session(raise_for_status=True).get(url)
    with (
        pytest.raises(VendorLoadError, match="use an https address"),
        vendor_errors("pendo", "events"),
    ):
        vendor_session(raise_for_status=True).get(url)


def test_a_limit_that_names_its_reset_is_waited_for(throttled_url: str) -> None:
    assert vendor_session(raise_for_status=True).get(throttled_url).status_code == 200
    first, second = Throttled.calls
    assert 0.9 < second - first < 3


@pytest.mark.parametrize(("seconds", "minutes"), [(-250, "4"), (-7200, "120")])
def test_a_clock_ahead_of_the_vendors_is_an_error_that_says_by_how_much(
    seconds: int, minutes: str, throttled_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    date = formatdate(time.time() + seconds, usegmt=True)
    monkeypatch.setattr(Throttled, "date_time_string", lambda self: date)
    message = f"^recurly plans: this machine's clock is {minutes} minutes ahead.*NTP"
    with pytest.raises(VendorLoadError, match=message), vendor_errors("recurly", "plans"):
        vendor_session(raise_for_status=True).get(throttled_url)


@pytest.mark.parametrize("date", [-150, 86_400, "", "yesterday"])
def test_a_clock_that_is_nearly_right_or_behind_or_unknown_is_no_trouble(
    date: int | str, throttled_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if isinstance(date, int):
        date = formatdate(time.time() + date, usegmt=True)
    monkeypatch.setattr(Throttled, "date_time_string", lambda self: date)
    assert vendor_session(raise_for_status=True).get(throttled_url).status_code == 200


def test_a_client_that_insists_on_https_reaches_a_plain_loopback_service(
    throttled_url: str,
) -> None:
    host = throttled_url.removeprefix("http://")
    session = vendor_session(raise_for_status=True, plain_host=host)
    assert session.get(f"https://{host}").status_code == 200


def test_an_address_where_nobody_listens_is_an_error_with_a_remedy() -> None:
    with (
        pytest.raises(VendorLoadError, match="pendo events: no answer.*check the address"),
        vendor_errors("pendo", "events"),
    ):
        vendor_session(raise_for_status=True).get("http://127.0.0.1:9/")


def test_an_answer_of_another_shape_is_an_error_with_a_remedy() -> None:
    with (
        pytest.raises(VendorLoadError, match="cannot be read .KeyError: 'end_of_stream'"),
        vendor_errors("zendesk", "tickets"),
    ):
        raise KeyError("end_of_stream")


def test_a_missing_setting_names_both_places_to_set_it() -> None:
    with pytest.raises(VendorLoadError) as raised:
        required_setting("recurly", "base_url")
    assert "[sources.recurly] in .dlt/secrets.toml" in str(raised.value)
    assert "SOURCES__RECURLY__BASE_URL" in str(raised.value)


def test_the_error_is_found_inside_what_wraps_it_and_survives_a_process() -> None:
    cause = VendorLoadError("pendo", "events", "it is down", "try later")
    try:
        try:
            raise cause
        except VendorLoadError as error:
            raise RuntimeError("step failed") from error
    except RuntimeError as wrapped:
        assert vendor_error_in(wrapped) is cause
    assert str(pickle.loads(pickle.dumps(cause))) == str(cause)
    assert vendor_error_in(ValueError("something else")) is None
