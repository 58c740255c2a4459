"""What a vendor's account needs to be read: base URL and keys, from dlt's own configuration.

Order: environment (`SOURCES__PENDO__INTEGRATION_KEY`), `.dlt/secrets.toml`, `.dlt/config.toml`.
Everything is read when a resource runs, never on import: a code location must load without keys,
and a key must not end up in what it writes down.
"""

import json
from typing import Any

from ingestion.vendor_errors import VendorLoadError

# A vendor is configured when this setting of its section resolves.
SECRET_OF = {
    "salesforce": "client_secret",
    "pendo": "integration_key",
    "zendesk": "api_token",
    "recurly": "api_key",
}


def setting(vendor: str, name: str, default: Any = None, value_type: type = str) -> Any:
    """The value of `[sources.<vendor>] <name>`; the default where it is absent or empty.

    Everything is asked for as a secret: of all other settings that a load resolves, dlt
    writes the values to a file (trace.pickle).
    """
    import dlt

    field = f"sources.{vendor}.{name}"
    for store in (dlt.secrets, dlt.config):
        value = store.get(field)
        if value not in (None, ""):
            # Environment variables are text, also for tables.
            is_text_of_table = value_type is dict and isinstance(value, str)
            return json.loads(value) if is_text_of_table else value_type(value)
    return default


def required_setting(vendor: str, name: str) -> str:
    """As `setting`, for what the vendor cannot be read without.

    Raises:
        VendorLoadError: it is missing; the message names the two places to set it.
    """
    value = setting(vendor, name)
    if value is None:
        raise VendorLoadError(
            vendor,
            "settings",
            cause=f"`{name}` is not set",
            remedy=f"set {name} under [sources.{vendor}] in .dlt/secrets.toml, or the "
            f"environment variable SOURCES__{vendor.upper()}__{name.upper()}",
        )
    return value


def is_configured(vendor: str) -> bool:
    """Whether the vendor's secret key resolves; nothing is sent anywhere."""
    return setting(vendor, SECRET_OF[vendor]) is not None


def configured_vendors() -> list[str]:
    """The vendors whose secret key resolves, in the order of the registry."""
    return [vendor for vendor in SECRET_OF if is_configured(vendor)]


def redacted(vendor: str, text: str) -> str:
    """The text with the vendor's secret key blotted out, should a vendor ever echo it."""
    secret = setting(vendor, SECRET_OF[vendor])
    return text.replace(secret, "***") if secret else text
