"""Puts load on a server of ours on this machine, with wrk (`apt install wrk`), for a bounded time."""

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass

# Asks for another customer each time; every thread has its own sequence.
SCRIPT = """
local thread = 0
function setup(made) thread = thread + 1; made:set("seed", thread) end
function init() math.randomseed(seed); for _ = 1, 10 do math.random() end end
function request()
  return wrk.format("GET", string.format("{path}", math.random(0, {most} - 1)), {{{headers}}})
end
"""

UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it: requests a second, milliseconds at the 50th and 99th percentile, answers that were not 2xx."""

    rate: float
    p50: float
    p99: float
    failed: int


def load(base: str, path: str, *, most: int, seconds: int, connections: int, headers: dict[str, str]) -> Load:
    """GET `path` (a %d in it is a number below `most`) for so many seconds over so many connections."""
    if not shutil.which("wrk"):
        raise SystemExit("this benchmark needs wrk: apt install wrk")
    told = ", ".join(f'["{name}"] = "{value}"' for name, value in headers.items())
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(SCRIPT.format(path=path, most=most, headers=told))
        script.flush()
        command = ["wrk", "--latency", "-t", "1", "-c", str(connections), "-d", f"{seconds}s", "-s", script.name, base]
        words = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", words)
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", words)[1])
    return Load(rate, _percentile(words, 50), _percentile(words, 99), int(failed[1]) if failed else 0)


def _percentile(words: str, share: int) -> float:
    number, unit = re.search(rf"\s{share}%\s+([\d.]+)(us|ms|s)", words).groups()
    return float(number) * UNITS[unit]
