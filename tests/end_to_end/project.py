"""`make run` and its like, in a data folder of their own, and what was published there."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb

from orchestration.paths import PROJECT_FOLDER

# Enough for every band and value state, small enough for a test.
ACCOUNTS = 60
# Everything of a mart's month, `calculated_at` included, as one hash.
MONTH_HASHES = """
    select score_month, md5(string_agg(cast(mart as varchar), '|' order by cast(mart as varchar)))
    from {mart} as mart
    group by score_month
"""
MONTHLY_MARTS = (
    "marts.fct_health_scores_monthly",
    "marts.fct_health_metrics_monthly",
    "marts.fct_health_inputs_monthly",
)


@dataclass(frozen=True)
class Run:
    exit_code: int
    output: str
    seconds: float


@dataclass
class Project:
    """A data folder; the code is the repository's, the dbt project may be a copy."""

    data: Path
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def published(self) -> Path:
        return self.data / "serving" / "customer_health.duckdb"

    def environment(self, **settings: str) -> dict[str, str]:
        """Of this process, without whatever it says about vendors, plus the settings."""
        mine = {k: v for k, v in os.environ.items() if not k.startswith("SOURCES__")}
        mine |= {
            "WAREHOUSE_PATH": str(self.data / "warehouse.duckdb"),
            "SANDBOX_ACCOUNTS": str(ACCOUNTS),
            "COLUMNS": "120",
        }
        for name in ("AS_OF", "FIRST_SCORE_MONTH", "DBT_PROJECT_DIR"):
            mine.pop(name, None)
        return mine | self.settings | settings

    def start(self, *command: str, **settings: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "orchestration", *(command or ("run",))],
            cwd=PROJECT_FOLDER,
            env=self.environment(**settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *command: str, **settings: str) -> Run:
        started = time.monotonic()
        process = self.start(*command, **settings)
        output, _ = process.communicate(timeout=900)
        return Run(process.returncode, output, time.monotonic() - started)

    def read(self, query: str) -> list[tuple]:
        with duckdb.connect(str(self.published), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def month_hashes(self) -> dict[str, dict[date, str]]:
        """Mart -> score month -> hash of the month's rows."""
        return {mart: dict(self.read(MONTH_HASHES.format(mart=mart))) for mart in MONTHLY_MARTS}

    def files(self) -> list[Path]:
        """Everything that lies in the data folder."""
        return [Path(folder) / name for folder, _, names in os.walk(self.data) for name in names]

    def files_that_hold(self, keys: Collection[str]) -> list[Path]:
        words = [key.encode() for key in keys]
        return [path for path in self.files() if any(word in path.read_bytes() for word in words)]

    def versions(self) -> set[str]:
        return {version for (version,) in self.read("select version from audit.publications")}


def secrets_of(settings: Mapping[str, str]) -> list[str]:
    """The keys of the vendors in dlt's settings."""
    return [v for name, v in settings.items() if name.endswith(("_SECRET", "_KEY", "_TOKEN"))]


READER = """
import json, sys, threading, time
import duckdb
path, stop = sys.argv[1], threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
seen, reads = {}, 0
while not stop.is_set():
    with duckdb.connect(path, read_only=True) as database:
        version, state = database.execute(
            '''select
                (select max(version) from audit.publications),
                (select md5(string_agg(cast(mart as varchar), '|' order by cast(mart as varchar)))
                 from marts.fct_health_scores_monthly as mart)'''
        ).fetchone()
    reads += 1
    seen.setdefault(version, set()).add(state)
    time.sleep(0.05)
print(json.dumps({"reads": reads, "states": {v: sorted(s) for v, s in seen.items()}}))
"""


class Reader:
    """Another process that opens the published database again and again."""

    def __init__(self, published: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", READER, str(published)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def end(self) -> tuple[dict, str]:
        """What it saw ({} if it broke), and its errors."""
        output, errors = self.process.communicate(timeout=60)
        return json.loads(output or "{}"), errors


def fact_hash(database: Path) -> tuple[str, str]:
    """Version and content of a publication, as the reader computes them."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(
            """
            select
                (select max(version) from audit.publications),
                (select md5(string_agg(cast(mart as varchar), '|' order by cast(mart as varchar)))
                 from marts.fct_health_scores_monthly as mart)
            """
        ).fetchone()
