"""Several requests in one: composite/batch of Salesforce's REST API, for what is read."""

from typing import Any
from urllib.parse import unquote, urlsplit

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from ingestion.sandbox.http_service import json_response, reply_of, without_trailing_slash
from ingestion.sandbox.soql import SoqlError

MOST = 25
KEPT = ("type", "asgi", "http_version", "scheme", "server", "client", "headers", "root_path")
HALTED = {
    "statusCode": 412,
    "result": [
        {"errorCode": "BATCH_PROCESSING_HALTED", "message": "halted because of a previous error"}
    ],
}


async def batch(request: Request) -> Response:
    """Answer POST composite/batch: `{haltOnError, batchRequests: [{method, url}]}`.

    A url begins with the version (v62.0/limits) or with /services/data. After a failure
    haltOnError skips the others, which count as failed. Raises SoqlError for what is no batch.
    """
    try:
        body = orjson.loads(await request.body())
        wanted = [(entry["method"], entry["url"]) for entry in body["batchRequests"]]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise SoqlError("JSON_PARSER_ERROR", f"no batch of requests: {error!r}") from error
    if not 1 <= len(wanted) <= MOST:
        raise SoqlError("INVALID_BATCH_REQUEST", f"a batch has 1 to {MOST} requests")
    results: list[dict[str, Any]] = []
    for method, url in wanted:
        has_failed = any(result["statusCode"] >= 300 for result in results)
        if has_failed and body.get("haltOnError"):
            results.append(HALTED)
        else:
            results.append(await _answer(request, method, url))
    has_errors = any(result["statusCode"] >= 300 for result in results)
    return json_response({"hasErrors": has_errors, "results": results})


async def _answer(request: Request, method: str, url: str) -> dict[str, Any]:
    address = urlsplit(url)
    path = f"/services/data/{address.path.removeprefix('/services/data/').lstrip('/')}"
    scope = {name: request.scope[name] for name in KEPT if name in request.scope} | {
        "method": method.upper(),
        "path": without_trailing_slash(unquote(path)),
        "raw_path": path.encode(),
        "query_string": address.query.encode(),
    }
    reply = await reply_of(request.app, scope, _nothing_more)
    return {"statusCode": reply.status, "result": orjson.loads(reply.body) if reply.body else None}


async def _nothing_more() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}
