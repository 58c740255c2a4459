"""Salesforce's OAuth token endpoint, and the check of the session it issues."""

from datetime import datetime
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from ingestion.sandbox import credentials
from ingestion.sandbox.http_service import json_response, own_origin


def has_session(request: Request) -> bool:
    session = f"Bearer {credentials.SALESFORCE_ACCESS_TOKEN}"
    return request.headers.get("authorization") == session


async def token(request: Request) -> Response:
    """Issue the session of a client-credentials login, or for the refresh token of an earlier one.

    Newer organisations block the username-password flow, so this one does too. All others are
    refused.
    """
    form = dict(parse_qsl((await request.body()).decode()))
    basic = credentials.basic_credentials(request.headers.get("authorization"))
    given = basic or (form.get("client_id"), form.get("client_secret"))
    flow = form.get("grant_type")
    if flow not in ("client_credentials", "refresh_token", "password"):
        return _token_error("unsupported_grant_type", "grant type not supported")
    if given[0] != credentials.SALESFORCE_CLIENT_ID:
        return _token_error("invalid_client_id", "client identifier invalid")
    if given[1] != credentials.SALESFORCE_CLIENT_SECRET:
        return _token_error("invalid_client", "invalid client credentials")
    if (
        flow == "refresh_token"
        and form.get("refresh_token") != credentials.SALESFORCE_REFRESH_TOKEN
    ):
        return _token_error("invalid_grant", "expired access/refresh token")
    if flow == "password":
        return _token_error("invalid_grant", "authentication failure")
    issued = int(datetime.now().timestamp() * 1000)
    origin = own_origin(request)
    return json_response(
        {
            "access_token": credentials.SALESFORCE_ACCESS_TOKEN,
            "instance_url": origin,
            "id": f"{origin}/id/00D000000000062EAA/005000000000001AAA",
            "token_type": "Bearer",
            "issued_at": str(issued),
            "signature": "c2FuZGJveA==",
            "token_format": "opaque",
            "scope": "api",
        }
    )


def _token_error(error: str, description: str) -> Response:
    return json_response({"error": error, "error_description": description}, 400)
