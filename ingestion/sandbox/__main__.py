"""The sandbox on the command line: `python -m ingestion.sandbox --help`."""

import argparse
import contextlib
import os
import shlex
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from ingestion.sandbox.certificates import Certificates, issue_certificates
from ingestion.sandbox.credentials import VENDORS, dlt_environment
from ingestion.sandbox.faults import KINDS, Fault, read_fault
from ingestion.sandbox.sandbox_process import READY
from ingestion.sandbox.services import open_ports, port_numbers, sandbox_server


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the dlt settings as `export` lines, then serve until stopped."""
    options = _options(arguments)
    try:
        sockets = open_ports(dict(zip(VENDORS, options.ports, strict=True)))
    except OSError as error:
        sys.exit(f"The sandbox cannot start: {error.strerror}.")
    for bound in sockets.values():
        bound.listen(2048)
    with _own_certificates() if options.https else contextlib.nullcontext() as certificates:
        _serve(options, sockets, certificates)


@contextlib.contextmanager
def _own_certificates() -> Iterator[Certificates]:
    """Keep the authority's certificate in a file until the process ends or is told to."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit())
    with tempfile.TemporaryDirectory(prefix="sandbox-") as folder:
        try:
            yield issue_certificates(Path(folder))
        except RuntimeError as error:
            sys.exit(f"The sandbox cannot start: {error}.")


def _serve(
    options: argparse.Namespace,
    sockets: dict[str, socket.socket],
    certificates: Certificates | None,
) -> None:
    authority_file = certificates and certificates.authority_file
    for name, value in dlt_environment(port_numbers(sockets), authority_file).items():
        print(f"export {name}={shlex.quote(value)}")
    # numpy and the simulated world take seconds: after what can fail at once.
    from ingestion.sandbox.company import simulate

    company = simulate(
        seed=options.seed,
        accounts=options.accounts,
        as_of=options.as_of,
        months=options.months,
    )
    server = sandbox_server(
        company,
        options.as_of,
        sockets,
        options.down,
        options.faults,
        tls=certificates and certificates.server,
    )
    if options.until_input_closes:
        threading.Thread(target=_stop_with_input, args=(server,), daemon=True).start()
    print(READY, flush=True)
    # uvicorn raises the interrupt that stopped it once more.
    with contextlib.suppress(KeyboardInterrupt):
        server.run(list(sockets.values()))


def _stop_with_input(server: uvicorn.Server) -> None:
    """Stop the server when standard input ends: its parent closed it or died."""
    sys.stdin.read()
    server.should_exit = True


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m ingestion.sandbox",
        description="Serve Salesforce, Pendo, Zendesk and Recurly on loopback, over one "
        "simulated company. Prints the settings that point dlt at it.",
    )
    environment = os.environ
    parser.add_argument(
        "--accounts",
        type=int,
        default=environment.get("SANDBOX_ACCOUNTS", "200"),
        help="customers of the company (default: SANDBOX_ACCOUNTS or 200)",
    )
    parser.add_argument(
        "--seed",
        type=int,
        default=environment.get("SANDBOX_SEED", "7"),
        help="the world's random seed (default: SANDBOX_SEED or 7)",
    )
    parser.add_argument(
        "--as-of",
        type=_instant,
        default=environment.get("AS_OF", "2026-11-15T00:00:00Z"),
        help="the services' present, ISO 8601, UTC without a zone (default: AS_OF or "
        "2026-11-15T00:00:00Z)",
    )
    parser.add_argument(
        "--months", type=int, default=24, help="ended months of history (default: 24)"
    )
    parser.add_argument(
        "--ports",
        type=_ports,
        default=[0] * len(VENDORS),
        help=f"four ports, of {', '.join(VENDORS)} (default: free ones)",
    )
    parser.add_argument(
        "--down",
        type=_vendors,
        default=[],
        help="vendors that answer 500 to every request, separated by commas",
    )
    parser.add_argument(
        "--fault",
        dest="faults",
        action="append",
        type=_fault,
        default=[],
        metavar="VENDOR:PATH:KIND[:TIMES[:AFTER]]",
        help=f"how a vendor misbehaves, any number of times; kinds: {', '.join(KINDS)}",
    )
    parser.add_argument(
        "--https",
        action="store_true",
        help="serve https by an authority of its own; the settings name the file with its "
        "certificate (REQUESTS_CA_BUNDLE, SSL_CERT_FILE, CURL_CA_BUNDLE)",
    )
    parser.add_argument(
        "--until-input-closes",
        action="store_true",
        help="stop when standard input ends, for a parent process that may die",
    )
    return parser.parse_args(arguments)


def _instant(text: str) -> datetime:
    """Read an ISO 8601 time as naive UTC; raises ValueError, which argparse reports."""
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _ports(text: str) -> list[int]:
    ports = [int(part) for part in text.split(",")]
    if len(ports) != len(VENDORS):
        raise argparse.ArgumentTypeError(f"needs {len(VENDORS)} ports, got {len(ports)}")
    return ports


def _fault(text: str) -> Fault:
    try:
        return read_fault(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _vendors(text: str) -> list[str]:
    names = [name for name in text.split(",") if name]
    if not set(names) <= set(VENDORS):
        raise argparse.ArgumentTypeError(f"knows the vendors {', '.join(VENDORS)}")
    return names


if __name__ == "__main__":
    main()
