"""What a process took: wall time, processor time and the most memory, of itself alone."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """Of one process. Processor seconds stay comparable when something else runs beside it."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int

    def beyond(self, start_up: Cost) -> Cost:
        """What is left without the start-up; the memory is that of the process."""
        return Cost(
            self.seconds - start_up.seconds,
            self.cpu_seconds - start_up.cpu_seconds,
            self.peak_bytes,
        )


def run_measured(command: list[str], folder: Path, log: Path, environment: dict[str, str]) -> Cost:
    """Run a command to its end, its output in the log; stop with the output's end if it fails."""
    started = time.perf_counter()
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        peak = 0
        finished, status, usage = os.wait4(process.pid, os.WNOHANG)
        while not finished:
            peak = max(peak, peak_memory(process.pid))
            time.sleep(0.05)
            finished, status, usage = os.wait4(process.pid, os.WNOHANG)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    if process.returncode != 0:
        raise SystemExit(
            f"{' '.join(command)}\nfailed in {folder}. Its output ({log}) ends with:\n"
            f"{log.read_text()[-4000:]}"
        )
    return Cost(seconds, usage.ru_utime + usage.ru_stime, peak)


def peak_memory(pid: int) -> int:
    """The most memory of the process so far. What wait4 tells begins with that of its parent."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0
