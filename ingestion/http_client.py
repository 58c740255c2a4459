"""The one HTTP policy: encryption, time-outs, retries, rate limits, what an error says.

Time-out, attempts and pauses are dlt's own settings (`RUNTIME__REQUEST_TIMEOUT`,
`RUNTIME__REQUEST_MAX_ATTEMPTS`, `RUNTIME__REQUEST_BACKOFF_FACTOR`,
`RUNTIME__REQUEST_MAX_RETRY_DELAY`). Lost connections, 429 and 5xx are tried again; five
attempts with pauses of 1, 2, 4 and 8 s give up on a vendor that is down after 15 s. A vendor
that says how long to wait is waited for, up to the last of these settings (5 minutes).
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import mktime_tz, parsedate_tz
from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest, RequestException, Response, Session
from requests.adapters import HTTPAdapter
from requests.exceptions import ChunkedEncodingError

from ingestion.paging import EndlessPages
from ingestion.settings import SECRET_OF, redacted
from ingestion.vendor_errors import VendorLoadError

LOOPBACK_HOSTS = {"127.0.0.1", "localhost", "::1"}
# Loads read at least the last 5 minutes before a watermark again; the rest is for the way.
MOST_SECONDS_AHEAD = 4 * 60
# Enough of a vendor's answer to recognise the problem by.
SHOWN_CHARACTERS = 300


class UnencryptedAddress(ValueError):
    """A request would have sent a key in clear text to another machine."""


class ClockAhead(ValueError):
    """This machine's clock runs ahead of a vendor's: watermarks would lie in its future."""


class VendorAdapter(HTTPAdapter):
    """Refuses clear text beyond this machine and clocks that differ too much, and reads every
    vendor's kind of rate limit.

    Args:
        plain_host: a loopback `host:port` that speaks http although its client insists on
            https, as simple-salesforce does.
    """

    def __init__(self, plain_host: str | None = None) -> None:
        super().__init__()
        self._plain_host = plain_host

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        if self._plain_host and urlsplit(request.url).netloc == self._plain_host:
            request.url = request.url.replace("https://", "http://", 1)
        require_encryption(request.url)
        response = super().send(request, *args, **kwargs)
        _refuse_clock_ahead(response)
        _translate_rate_limit(response)
        if not kwargs.get("stream"):
            _require_whole_json(response)
        return response


def require_encryption(url: str) -> str:
    """The URL itself, if it is https or stays on this machine.

    Raises:
        UnencryptedAddress: otherwise.
    """
    address = urlsplit(url)
    if address.scheme != "https" and address.hostname not in LOOPBACK_HOSTS:
        raise UnencryptedAddress(f"{address.scheme}://{address.netloc} is not https")
    return url


def _refuse_clock_ahead(response: Response) -> None:
    """Compare this machine's clock with the vendor's, as `Date` says it (RFC 9110, 6.6.1).

    Raises:
        ClockAhead: records that the vendor writes after a load would have a time stamp from
            before its watermark, and be skipped for ever.
    """
    # A run for another instant goes by that and not by a clock.
    if os.environ.get("AS_OF"):
        return
    # What a cache answers (`Age`) was made earlier.
    date = parsedate_tz(response.headers.get("Date", "")) if "Age" not in response.headers else None
    ahead = time.time() - mktime_tz(date) if date else 0
    if ahead > MOST_SECONDS_AHEAD:
        host = urlsplit(response.url).netloc
        raise ClockAhead(f"this machine's clock is {ahead / 60:.0f} minutes ahead of {host}'s")


def _translate_rate_limit(response: Response) -> None:
    """Recurly says when its limit resets (epoch seconds); the retries read `Retry-After`."""
    reset = response.headers.get("X-RateLimit-Reset", "")
    is_refused = response.status_code == 429 and "Retry-After" not in response.headers
    if is_refused and reset.isdigit():
        wait = max(int(reset) - int(time.time()), 1)
        response.headers["Retry-After"] = str(wait)


def _require_whole_json(response: Response) -> None:
    """JSON that ends in its middle came over a connection that broke, whatever its length says.

    Raises:
        ChunkedEncodingError: what a broken connection raises, and the retries know.
    """
    import orjson

    if not response.ok or "json" not in response.headers.get("Content-Type", ""):
        return
    try:
        orjson.loads(response.content)
    except orjson.JSONDecodeError as error:
        raise ChunkedEncodingError(f"the JSON ends in its middle or is garbled: {error}") from error


def vendor_session(raise_for_status: bool, plain_host: str | None = None) -> Session:
    """A session under the policy; one per resource, since sessions are not for threads."""
    from dlt.sources.helpers.requests import Client

    session = Client(raise_for_status=raise_for_status).session
    for scheme in ("https://", "http://"):
        session.mount(scheme, VendorAdapter(plain_host))
    return session


@contextmanager
def vendor_errors(vendor: str, resource: str) -> Iterator[None]:
    """Turn what HTTP throws while a resource is read into a VendorLoadError."""
    try:
        yield
    except UnencryptedAddress as error:
        remedy = f"use an https address in [sources.{vendor}]"
        raise VendorLoadError(vendor, resource, str(error), remedy) from error
    except ClockAhead as error:
        remedy = "set it by NTP, and run again: until then what changes at the vendor may be missed"
        raise VendorLoadError(vendor, resource, str(error), remedy) from error
    except RequestException as error:
        if error.response is not None:
            raise response_error(vendor, resource, error.response) from error
        cause = redacted(vendor, f"no answer ({type(error).__name__}: {error})")
        remedy = f"check the address in [sources.{vendor}] and the network, then run again"
        raise VendorLoadError(vendor, resource, cause, remedy) from error
    except EndlessPages as error:
        remedy = "run again; should it stay, tell the vendor. What was loaded before is untouched"
        raise VendorLoadError(vendor, resource, redacted(vendor, str(error)), remedy) from error
    except (KeyError, TypeError, ValueError) as error:
        cause = f"an answer that cannot be read ({type(error).__name__}: {error})"
        remedy = "compare it with the vendor's API documentation"
        raise VendorLoadError(vendor, resource, redacted(vendor, cause), remedy) from error


def response_error(vendor: str, resource: str, response: Response) -> VendorLoadError:
    """The error for a refused request: status, the vendor's own words, a remedy by status."""
    words = " ".join(response.text.split())[:SHOWN_CHARACTERS]
    cause = f"HTTP {response.status_code} from {without_query(response.url)}: {words}"
    remedy = _remedy(vendor, response.status_code)
    return VendorLoadError(vendor, resource, redacted(vendor, cause), remedy)


def without_query(url: str) -> str:
    """The address that was asked: queries hold conditions, which are long and may be private."""
    return url.partition("?")[0]


def _remedy(vendor: str, status: int) -> str:
    secret = f"SOURCES__{vendor.upper()}__{SECRET_OF[vendor].upper()}"
    if status in (401, 403):
        return f"check the key ({secret} or .dlt/secrets.toml) and what it may read"
    if status == 404:
        return f"check the address in [sources.{vendor}]"
    if status == 429:
        return "wait until the vendor's limit resets, then run again"
    if status >= 500:
        return "the vendor is in trouble; the next run loads what this one missed"
    return "look up the answer in the vendor's API documentation"
