import os
import signal
import socket
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import certifi
import pytest
import requests

from ingestion.sandbox import start_sandbox
from ingestion.sandbox.sandbox_process import PROJECT_ROOT

SMALL = {"accounts": 3, "months": 3, "as_of": datetime(2026, 3, 15)}


def is_listening(url: str) -> bool:
    host, port = url.split("//")[1].split("/")[0].split(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def wait_until_closed(url: str, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while is_listening(url) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not is_listening(url)


def test_the_sandbox_answers_within_its_block_and_is_gone_after_it() -> None:
    with start_sandbox(**SMALL) as sandbox:
        environment = sandbox.environment
        url = environment["SOURCES__RECURLY__BASE_URL"]
        reply = requests.get(
            url + "/accounts",
            auth=(environment["SOURCES__RECURLY__API_KEY"], ""),
            headers={"Accept": "application/vnd.recurly.v2021-02-25"},
            timeout=10,
        )
        assert reply.json()["data"]
    assert not is_listening(url)
    with pytest.raises(ProcessLookupError):
        os.kill(sandbox.process_id, 0)


def test_a_vendor_that_is_down_answers_500_and_the_others_still_answer() -> None:
    with start_sandbox(**SMALL, down=("pendo",)) as sandbox:
        environment = sandbox.environment
        headers = {"x-pendo-integration-key": environment["SOURCES__PENDO__INTEGRATION_KEY"]}
        pendo = requests.get(
            environment["SOURCES__PENDO__BASE_URL"] + "/feature",
            headers=headers,
            timeout=10,
        )
        salesforce = requests.get(
            environment["SOURCES__SALESFORCE__LOGIN_URL"] + "/services/data", timeout=10
        )
    assert (pendo.status_code, salesforce.status_code) == (500, 200)


def test_https_comes_with_a_certificate_to_trust_that_is_gone_after_it() -> None:
    with start_sandbox(**SMALL, https=True) as sandbox:
        authority = Path(sandbox.environment["SSL_CERT_FILE"])
        url = sandbox.environment["SOURCES__SALESFORCE__LOGIN_URL"]
        for host in ("localhost", "127.0.0.1"):
            named = url.replace("localhost", host) + "/services/data"
            assert requests.get(named, verify=str(authority), timeout=10).ok
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(url, verify=certifi.where(), timeout=10)
    assert not authority.exists()


def test_a_sandbox_that_cannot_start_says_so() -> None:
    early_end = pytest.raises(RuntimeError, match="ended with code 2 before it was ready")
    with early_end, start_sandbox(**SMALL, down=("nobody",)):
        pass


def test_the_sandbox_ends_with_the_process_that_started_it() -> None:
    program = (
        "import time; from datetime import datetime; "
        "from ingestion.sandbox import start_sandbox\n"
        f"with start_sandbox(**{SMALL!r}) as s:\n"
        "    print(s.environment['SOURCES__RECURLY__BASE_URL'], flush=True)\n"
        "    time.sleep(60)"
    ).replace("datetime.datetime", "datetime")
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        url = parent.stdout.readline().strip()
        assert is_listening(url)
        parent.send_signal(signal.SIGKILL)
    assert wait_until_closed(url)
