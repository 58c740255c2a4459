"""Readers and runs at the same time: is every read whole, and how long does a run wait for another?

    python -m tests.end_to_end.read_while_running --minutes 10

Four readers open the published database again and again. Two people start runs, each again as soon
as the last one has ended; only one may write, and the other is told so and tries again. The clock
of the vendors moves on by a minute with every run. Ends with 1 if a reader met an error or saw a
version in two states.
"""

import argparse
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from ingestion.sandbox import start_sandbox
from tests.end_to_end.project import Project, Reader

FIRST = datetime(2026, 11, 15)
MONTHS = {"FIRST_SCORE_MONTH": "2026-08"}
# What the command answers while another run writes (orchestration/__main__.py).
IN_PROGRESS, STRAY = 3, 2
READERS, PEOPLE = 4, 2


@dataclass
class Tally:
    """What one person's runs came to."""

    published: int = 0
    refused: int = 0
    failed: list[str] = field(default_factory=list)
    longest_run: float = 0
    longest_wait: float = 0


def run_again_and_again(project: Project, until: float, tally: Tally, clock: "Clock") -> None:
    wanted_since = time.monotonic()
    while time.monotonic() < until:
        run = project.run(AS_OF=clock.next())
        if run.exit_code in (IN_PROGRESS, STRAY):
            tally.refused += 1
            time.sleep(1)
            continue
        waited = time.monotonic() - wanted_since - run.seconds
        tally.longest_wait = max(tally.longest_wait, waited)
        tally.longest_run = max(tally.longest_run, run.seconds)
        if run.exit_code:
            tally.failed.append(run.output[-2000:])
        else:
            tally.published += 1
        wanted_since = time.monotonic()


class Clock:
    """A minute later every time that it is asked; runs never go back."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._lock = threading.Lock()

    def next(self) -> str:
        with self._lock:
            self._now += timedelta(minutes=1)
            return self._now.isoformat()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--accounts", type=int, default=25)
    chosen = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as place,
        start_sandbox(chosen.accounts, as_of=FIRST + timedelta(days=1)) as sandbox,
    ):
        project = Project(Path(place) / "project", MONTHS | sandbox.environment)
        assert project.run(AS_OF=FIRST.isoformat()).exit_code == 0
        readers = [Reader(project.published) for _ in range(READERS)]
        until, clock = time.monotonic() + 60 * chosen.minutes, Clock(FIRST)
        tallies = [Tally() for _ in range(PEOPLE)]
        people = [
            threading.Thread(target=run_again_and_again, args=(project, until, tally, clock))
            for tally in tallies
        ]
        for person in people:
            person.start()
        for person in people:
            person.join()
        ended = [reader.end() for reader in readers]
    states: dict[str, set[str]] = {}
    for seen, _ in ended:
        for version, found in seen.get("states", {}).items():
            states.setdefault(version, set()).update(found)
    errors = [words for _, words in ended if words]
    torn = [version for version, found in states.items() if len(found) > 1]
    reads = sum(seen.get("reads", 0) for seen, _ in ended)
    print(f"{reads:,} reads by {READERS} readers, {len(errors)} errors, {len(states)} versions,")
    print(f"{len(torn)} of them in two states.")
    for number, tally in enumerate(tallies, 1):
        print(
            f"Person {number}: {tally.published} runs published, {tally.refused} times told to "
            f"wait, {len(tally.failed)} failed; longest run {tally.longest_run:.0f} s, "
            f"longest wait {tally.longest_wait:.0f} s."
        )
    failed = [words for tally in tallies for words in tally.failed]
    print(*errors, *failed, sep="\n", file=sys.stderr)
    return int(bool(errors or torn or failed))


if __name__ == "__main__":
    sys.exit(main())
