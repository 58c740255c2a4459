"""How each vendor refuses a request: its own status and its own form of an error."""

import time
import uuid

from starlette.responses import Response

from ingestion.sandbox.http_service import json_response

BAD_GATEWAY = b"<html><body><h1>An error occurred</h1></body></html>"


def refusal(vendor: str, status: int, code: str, message: str, **headers: str) -> Response:
    """Return an error in the vendor's form; a header's name has _ for -."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if vendor == "salesforce":
        return json_response([{"message": message, "errorCode": code}], status, named)
    if vendor == "recurly":
        error = {"type": code, "message": message, "params": []}
        # The official client puts the id into its error messages and fails without it.
        return json_response({"error": error}, status, named | {"X-Request-Id": uuid.uuid4().hex})
    return json_response({"error": code, "description": message}, status, named)


def out_of_order(vendor: str) -> Response:
    code = "UNKNOWN_EXCEPTION" if vendor == "salesforce" else "internal_server_error"
    message = "the sandbox was started with this vendor out of order"
    return refusal(vendor, 500, code, message)


def server_error(status: int) -> Response:
    """Return what a proxy before any vendor answers: no error in its form."""
    return Response(BAD_GATEWAY, status, media_type="text/html")


def rate_limit(vendor: str, seconds: int = 1) -> Response:
    """Only Zendesk says how long to wait, and Recurly until when."""
    if vendor == "salesforce":
        return refusal(vendor, 403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
    if vendor == "recurly":
        reset = {"X_RateLimit_Reset": str(int(time.time()) + seconds), "X_RateLimit_Remaining": "0"}
        return refusal(vendor, 429, "rate_limited", "You have reached your rate limit", **reset)
    headers = {"Retry-After": str(seconds)} if vendor == "zendesk" else {}
    return Response("Too Many Requests", 429, headers, media_type="text/plain")


def rate_limit_of_another_clock(vendor: str) -> Response:
    """A limit that was over an hour ago by our clock: the vendor's is behind."""
    return rate_limit(vendor, seconds=-3600 if vendor == "recurly" else 1)


def expired_token(vendor: str) -> Response:
    if vendor == "salesforce":
        return refusal(vendor, 401, "INVALID_SESSION_ID", "Session expired or invalid")
    code = "unauthorized" if vendor == "recurly" else "invalid_token"
    return refusal(vendor, 401, code, "the token has expired")


def lost_cursor(vendor: str) -> Response:
    if vendor == "salesforce":
        return refusal(vendor, 400, "INVALID_QUERY_LOCATOR", "invalid query locator")
    if vendor == "recurly":
        return refusal(vendor, 400, "bad_request", "cursor is invalid")
    return refusal(vendor, 400, "InvalidCursor", "invalid cursor")
