"""The four services in one process: one loopback port per vendor, one event loop."""

import socket
import ssl
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from ingestion.sandbox.credentials import VENDORS
from ingestion.sandbox.faults import Fault, with_faults
from ingestion.sandbox.http_service import dated, with_path, without_trailing_slash
from ingestion.sandbox.pendo_api import pendo_app
from ingestion.sandbox.recurly_api import recurly_app
from ingestion.sandbox.refusals import out_of_order
from ingestion.sandbox.salesforce_api import salesforce_app
from ingestion.sandbox.zendesk_api import zendesk_app

if TYPE_CHECKING:
    from ingestion.sandbox.company import Company

APPS = {
    "salesforce": salesforce_app,
    "pendo": pendo_app,
    "zendesk": zendesk_app,
    "recurly": recurly_app,
}


def open_ports(ports: Mapping[str, int] | None = None) -> dict[str, socket.socket]:
    """Bind one loopback socket per vendor; a port of 0, the default, is a free one.

    Raises OSError, naming vendor and port, where a given port is taken.
    """
    sockets = {}
    for vendor in VENDORS:
        sockets[vendor] = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sockets[vendor].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        port = (ports or {}).get(vendor, 0)
        try:
            sockets[vendor].bind(("127.0.0.1", port))
        except OSError as error:
            message = f"port {port} for {vendor}: {error.strerror}; give another or 0"
            raise OSError(error.errno, message) from error
    return sockets


def port_numbers(sockets: Mapping[str, socket.socket]) -> dict[str, int]:
    return {vendor: bound.getsockname()[1] for vendor, bound in sockets.items()}


def sandbox_server(
    company: "Company",
    as_of: datetime,
    sockets: Mapping[str, socket.socket],
    down: Collection[str] = (),
    faults: Collection[Fault] = (),
    tls: ssl.SSLContext | None = None,
) -> uvicorn.Server:
    """Build the server of all four vendors; run it with `.run(list(sockets.values()))`.

    `as_of` is naive UTC, the services' present; vendors in `down` answer 500 to all, others show
    their `faults`. With `tls` (certificates.py) they speak https, otherwise http.
    """
    by_port: dict[int, ASGIApp] = {}
    for vendor, port in port_numbers(sockets).items():
        app = with_path(APPS[vendor](company, as_of), without_trailing_slash)
        app = with_faults(app, [fault for fault in faults if fault.vendor == vendor])
        by_port[port] = dated(out_of_order(vendor) if vendor in down else app)

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        await by_port[scope["server"][1]](scope, receive, send)

    config = uvicorn.Config(
        dispatch,
        lifespan="off",
        log_level="warning",
        access_log=False,
        # Two dates would be one too many: see `dated`.
        date_header=False,
        timeout_graceful_shutdown=2,
        ssl_context_factory=(lambda config, default: tls) if tls else None,
    )
    return uvicorn.Server(config)
