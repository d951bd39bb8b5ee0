"""Load: 64 keep-alive connections by wrk or, where it is not installed, by our own generator.

Our own generator is slower than the servers it drives. Rates then say nothing about the server,
and servers are compared by the CPU time that they use for each request.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bench.processes import LOAD_CORE, Process, pinned_to

CONNECTIONS: Final = 64
HAS_WRK: Final = shutil.which("wrk") is not None
BROWSER: Final[Mapping[str, str]] = {
    "User-Agent": (
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/142.0.0.0 Safari/537.36"
    ),
    "Accept": "*/*",
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Accept-Language": "de-DE,de;q=0.9,en;q=0.8",
    "Origin": "https://kettle.example",
    "Referer": "https://kettle.example/",
    "Sec-Ch-Ua": '"Chromium";v="142", "Not_A Brand";v="99"',
    "Sec-Ch-Ua-Mobile": "?0",
    "Sec-Ch-Ua-Platform": '"Linux"',
    "Sec-Fetch-Dest": "empty",
    "Sec-Fetch-Mode": "cors",
    "Sec-Fetch-Site": "cross-site",
}
_SECONDS: Final = {"us": 1e-6, "ms": 1e-3, "s": 1.0}
_RATE: Final = re.compile(r"Requests/sec:\s+([\d.]+)")
_COUNT: Final = re.compile(r"(\d+) requests in")
_QUANTILE: Final = re.compile(r"^\s+(\d+)%\s+([\d.]+)(us|ms|s)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Measure:
    """One burst of requests: rate, latencies in seconds, server CPU seconds for each request."""

    rate: float
    p50: float
    p99: float
    cpu: float

    @property
    def speed(self) -> float:
        """What servers are compared by: requests a second, or requests for a second of CPU."""
        return self.rate if HAS_WRK else 1 / self.cpu


def put_on(server: Process, path: str, headers: Mapping[str, str], *, seconds: float) -> Measure:
    """Load ``server`` from the other core; raises RuntimeError when a request fails."""
    used = server.cpu_seconds
    url = f"http://127.0.0.1:{server.port}{path}"
    run = _wrk if HAS_WRK else _own
    with pinned_to(LOAD_CORE):
        count, rate, p50, p99 = run(url, headers, seconds)
    return Measure(rate, p50, p99, (server.cpu_seconds - used) / count)


def _wrk(url: str, headers: Mapping[str, str], seconds: float) -> tuple[int, float, float, float]:
    given = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    duration = f"{max(1, round(seconds))}s"
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{duration}", "--latency", *given, url]
    return read_wrk(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def read_wrk(said: str) -> tuple[int, float, float, float]:
    """Requests, requests a second, and the 50th and 99th percentile of seconds.

    Raises RuntimeError when a request failed.
    """
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(said)
    count, rate = _COUNT.search(said), _RATE.search(said)
    assert count is not None
    assert rate is not None
    quantiles = {n: float(value) * _SECONDS[unit] for n, value, unit in _QUANTILE.findall(said)}
    return int(count[1]), float(rate[1]), quantiles["50"], quantiles["99"]


def _own(url: str, headers: Mapping[str, str], seconds: float) -> tuple[int, float, float, float]:
    task = {"url": url, "headers": dict(headers), "seconds": seconds, "connections": CONNECTIONS}
    command = [sys.executable, "-m", "bench.generator"]
    done = subprocess.run(command, input=json.dumps(task).encode(), capture_output=True, check=True)
    count, rate, p50, p99 = json.loads(done.stdout)
    return count, rate, p50, p99
