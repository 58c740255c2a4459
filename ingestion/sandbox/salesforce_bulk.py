"""Salesforce's Bulk API 2.0 for queries: jobs, their states, results as CSV in parts.

Built after the Bulk API 2.0 guide and the traffic of simple-salesforce 1.12:
https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/
"""

import csv
import io
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ingestion.sandbox.http_service import json_response
from ingestion.sandbox.salesforce_schema import SObject
from ingestion.sandbox.soql import SoqlError, parse
from ingestion.sandbox.soql_execution import Path, find_object, run, selection

OPERATIONS = {"query": False, "queryAll": True}
MAX_RECORDS = 50_000
# Objects that the guide names as not supported.
NOT_SUPPORTED = {
    "TaskWhoRelation",
    "EventWhoRelation",
    "AcceptedEventRelation",
    "DeclinedEventRelation",
    "UndecidedEventRelation",
}
# What a job answers, one state per question until the last.
STATES = ("InProgress", "JobComplete")


@dataclass
class Job:
    id: str
    operation: str
    version: str
    sobject: SObject
    columns: list[str]
    rows: list[list[str]]
    state: str = "UploadComplete"


class BulkQueries:
    """The organisation's query jobs."""

    def __init__(self, org: dict[str, SObject], as_of: datetime) -> None:
        self._org = org
        self._as_of = as_of
        self._jobs: dict[str, Job] = {}
        self._numbers = itertools.count(1)

    def routes(self, data: str) -> list[Route]:
        """Routes below an API version's path."""
        job = data + "/jobs/query/{job}"
        return [
            Route(data + "/jobs/query", self.create, methods=["POST"]),
            Route(job, self._of_job(self.show), methods=["GET"]),
            Route(job, self._of_job(self.abort), methods=["PATCH"]),
            Route(job, self._of_job(self.delete), methods=["DELETE"]),
            Route(job + "/results", self._of_job(self.results), methods=["GET"]),
        ]

    async def create(self, request: Request) -> Response:
        """Take a query; what it would return is fixed from then on."""
        wanted = await request.json()
        operation = wanted.get("operation")
        if operation not in OPERATIONS:
            raise SoqlError("INVALIDJOB", f"Unsupported operation: {operation}")
        query = parse(wanted.get("query", ""))
        sobject = find_object(self._org, query.sobject)
        if sobject.name in NOT_SUPPORTED or query.is_count:
            raise SoqlError(
                "INVALIDENTITY", f"Entity '{sobject.name}' is not supported by the Bulk API."
            )
        paths = selection(self._org, query)
        records = run(self._org, query, OPERATIONS[operation])
        job = Job(
            id=f"750{next(self._numbers):012d}AAA",
            operation=operation,
            version=request.path_params["version"],
            sobject=sobject,
            columns=[path.name for path in paths],
            rows=[[_cell(path, record) for path in paths] for record in records],
        )
        self._jobs[job.id] = job
        return json_response(self._described(job))

    def show(self, request: Request, job: Job) -> Response:
        reply = self._described(job)
        if job.state in ("UploadComplete", *STATES[:-1]):
            place = STATES.index(job.state) + 1 if job.state in STATES else 0
            job.state = STATES[place]
            reply = self._described(job)
        return json_response(reply)

    async def abort(self, request: Request, job: Job) -> Response:
        if (await request.json()).get("state") != "Aborted":
            raise SoqlError("INVALIDJOBSTATE", "Only Aborted can be asked for")
        job.state = "Aborted"
        return json_response(self._described(job))

    def delete(self, request: Request, job: Job) -> Response:
        del self._jobs[job.id]
        return Response(status_code=204)

    def results(self, request: Request, job: Job) -> Response:
        """A part of the rows as CSV, with the place of the next one in a header."""
        if job.state != "JobComplete":
            raise SoqlError("INVALIDJOBSTATE", "Job is not complete")
        asked = request.query_params
        start = int(asked["locator"][1:]) if asked.get("locator", "null") != "null" else 0
        end = start + min(int(asked.get("maxRecords", MAX_RECORDS)), MAX_RECORDS)
        text = io.StringIO()
        writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(job.columns)
        writer.writerows(job.rows[start:end])
        headers = {
            "Sforce-Locator": f"L{end}" if end < len(job.rows) else "null",
            "Sforce-NumberOfRecords": str(len(job.rows[start:end])),
        }
        return Response(text.getvalue(), headers=headers, media_type="text/csv")

    def _of_job(self, answer: Callable[[Request, Job], Any]) -> Callable[[Request], Any]:
        async def serve(request: Request) -> Response:
            job = self._jobs.get(request.path_params["job"])
            if job is None:
                body = [{"errorCode": "NOT_FOUND", "message": "The requested resource is gone"}]
                return json_response(body, 404)
            if job.version != request.path_params["version"]:
                body = [{"errorCode": "VERSION_MISMATCH", "message": "Other API version"}]
                return json_response(body, 409)
            reply = answer(request, job)
            return reply if isinstance(reply, Response) else await reply

        return serve

    def _described(self, job: Job) -> dict[str, Any]:
        return {
            "id": job.id,
            "operation": job.operation,
            "object": job.sobject.name,
            "createdDate": _wire(self._as_of),
            "systemModstamp": _wire(self._as_of),
            "state": job.state,
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": float(job.version),
            "lineEnding": "LF",
            "columnDelimiter": "COMMA",
            "numberRecordsProcessed": len(job.rows) if job.state == "JobComplete" else 0,
        }


def _cell(path: Path, record: dict[str, Any]) -> str:
    """A value as Bulk CSV writes it; null is the empty string."""
    value = path.value(record)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _wire(value) if isinstance(value, date) else str(value)


def _wire(value: date) -> str:
    """2026-01-31T12:34:56.000Z, or a date alone."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds") + "Z"
    return value.isoformat()
