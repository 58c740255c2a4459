"""A session with Salesforce: logging in, losing the session, and what its refusals mean.

The login is OAuth's client-credentials flow; simple-salesforce speaks the rest of the protocol.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from ingestion.http_client import (
    require_encryption,
    response_error,
    vendor_session,
    without_query,
)
from ingestion.settings import redacted, required_setting
from ingestion.vendor_errors import VendorLoadError

if TYPE_CHECKING:
    from requests import Response
    from simple_salesforce import Salesforce
    from simple_salesforce.exceptions import SalesforceError

VENDOR = "salesforce"
API_VERSION = "62.0"
# Not to be tried again at once: the limit counts all calls of 24 hours.
LIMIT = "REQUEST_LIMIT_EXCEEDED"
NO_SUCH_OBJECT = "INVALID_TYPE"
EVERYWHERE = "Account"
LIMIT_REMEDY = "the organisation's calls of the last 24 hours are used up: run again later"

Answer = TypeVar("Answer")


class Session:
    """One login for a load, whose resources are read one after another; renewed when it ends."""

    def __init__(self) -> None:
        self._client: Salesforce | None = None

    @property
    def client(self) -> "Salesforce":
        """Logged in.

        Raises:
            VendorLoadError: Salesforce refuses the client id or secret.
        """
        if self._client is None:
            self._client = log_in()
        return self._client

    def renew(self) -> None:
        self._client = None

    def ask(self, question: "Callable[[Salesforce], Answer]") -> Answer:
        """The answer, if need be under a new session: one ends after some hours."""
        from simple_salesforce.exceptions import SalesforceExpiredSession

        try:
            return question(self.client)
        except SalesforceExpiredSession:
            self.renew()
            return question(self.client)


def log_in() -> "Salesforce":
    from simple_salesforce import Salesforce

    login_url = required_setting(VENDOR, "login_url").rstrip("/")
    reply = vendor_session(raise_for_status=False).post(
        f"{login_url}/services/oauth2/token",
        data={
            "grant_type": "client_credentials",
            "client_id": required_setting(VENDOR, "client_id"),
            "client_secret": required_setting(VENDOR, "client_secret"),
        },
    )
    if not reply.ok:
        raise _login_error(reply)
    token = reply.json()
    instance = urlsplit(require_encryption(token["instance_url"]))
    # simple-salesforce always asks for https, which a loopback service does not speak.
    plain_host = instance.netloc if instance.scheme == "http" else None
    return Salesforce(
        instance_url=token["instance_url"],
        session_id=token["access_token"],
        version=API_VERSION,
        session=vendor_session(raise_for_status=False, plain_host=plain_host),
    )


def _login_error(reply: "Response") -> VendorLoadError:
    error = response_error(VENDOR, "login", reply)
    if LIMIT in reply.text:
        error = VendorLoadError(VENDOR, "login", error.cause, LIMIT_REMEDY)
    elif reply.status_code == 400:
        # What OAuth answers to wrong credentials.
        remedy = (
            "check client_id and client_secret in [sources.salesforce], and that login_url is "
            "the organisation's My Domain"
        )
        error = VendorLoadError(VENDOR, "login", error.cause, remedy)
    return error


def lacks_object(sobject: str, error: "SalesforceError") -> bool:
    """Whether the organisation has no such object, or hides it from the user that reads.

    Raises:
        VendorLoadError: it is the one that every organisation has: then nothing is to be found.
    """
    is_absent = error.status == 404 or NO_SUCH_OBJECT in str(error.content)
    if is_absent and sobject == EVERYWHERE:
        found = load_error("accounts", error)
        raise VendorLoadError(
            VENDOR,
            found.resource,
            cause=f"no {sobject} is to be found, which every organisation has: {found.cause}",
            remedy="check that login_url in [sources.salesforce] is the organisation's My Domain, "
            f"that Salesforce still serves version {API_VERSION} of its API, and that the "
            f"integration's user may read {sobject}",
        ) from error
    return is_absent


def load_error(resource: str, error: "SalesforceError") -> VendorLoadError:
    """What Salesforce refused while a resource was read, with a remedy."""
    words = redacted(VENDOR, str(error.content))[:300]
    remedy = "look up the error code in Salesforce's REST API guide"
    if error.status >= 500:
        remedy = "Salesforce is in trouble; the next run loads what this one missed"
    elif LIMIT in words:
        remedy = LIMIT_REMEDY
    elif error.status in (401, 403):
        remedy = "check what the integration's user may read"
    cause = f"HTTP {error.status} from {without_query(error.url)}: {words}"
    return VendorLoadError(VENDOR, resource, cause, remedy)
