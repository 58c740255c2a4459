"""The sandbox's keys, fixed and obviously fake, and the dlt settings that point at it.

The settings are the ones that real vendors need too (`.dlt/secrets.toml`, environment
variables): a load from the sandbox differs from a real one in nothing but their values.
"""

import base64
import binascii
from pathlib import Path

VENDORS = ("salesforce", "pendo", "zendesk", "recurly")

SALESFORCE_CLIENT_ID = "sandbox-salesforce-client-id"
SALESFORCE_CLIENT_SECRET = "sandbox-salesforce-client-secret"
SALESFORCE_REFRESH_TOKEN = "5Aep-sandbox-salesforce-refresh-token"
SALESFORCE_ACCESS_TOKEN = "00D000000000062!sandbox-salesforce-access-token"
PENDO_INTEGRATION_KEY = "sandbox-pendo-integration-key"
ZENDESK_EMAIL = "admin@sandbox.example"
ZENDESK_API_TOKEN = "sandbox-zendesk-api-token"
ZENDESK_OAUTH_TOKEN = "sandbox-zendesk-oauth-token"
RECURLY_API_KEY = "sandbox-recurly-api-key"

# Where requests, OpenSSL and curl look for the certificates to trust.
TRUST = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE")


def dlt_environment(ports: dict[str, int], authority_file: Path | None = None) -> dict[str, str]:
    """Return the environment variables that point dlt at these loopback ports.

    `ports` holds one port per vendor of VENDORS. With the certificate of an authority the
    addresses are https, and what requests, OpenSSL and curl read tells them to trust it.
    """
    origin = "https://localhost" if authority_file else "http://127.0.0.1"
    host = {vendor: f"{origin}:{port}" for vendor, port in ports.items()}
    trust = dict.fromkeys(TRUST, str(authority_file)) if authority_file else {}
    return trust | {
        "SOURCES__SALESFORCE__LOGIN_URL": host["salesforce"],
        "SOURCES__SALESFORCE__CLIENT_ID": SALESFORCE_CLIENT_ID,
        "SOURCES__SALESFORCE__CLIENT_SECRET": SALESFORCE_CLIENT_SECRET,
        "SOURCES__PENDO__BASE_URL": f"{host['pendo']}/api/v1",
        "SOURCES__PENDO__INTEGRATION_KEY": PENDO_INTEGRATION_KEY,
        "SOURCES__ZENDESK__BASE_URL": f"{host['zendesk']}/api/v2",
        "SOURCES__ZENDESK__EMAIL": ZENDESK_EMAIL,
        "SOURCES__ZENDESK__API_TOKEN": ZENDESK_API_TOKEN,
        "SOURCES__RECURLY__BASE_URL": host["recurly"],
        "SOURCES__RECURLY__API_KEY": RECURLY_API_KEY,
    }


def basic_credentials(authorization: str | None) -> tuple[str, str] | None:
    """Return user and password of an HTTP Basic header, or None where it holds none."""
    scheme, _, encoded = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return user, password
