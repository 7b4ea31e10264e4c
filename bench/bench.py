"""Measures the connector beside its peers: bench.py --binary FILE --load FILE --python FILE --results FOLDER [--rounds N] [ROW...]

The contestants of a row take turns, round after round, each started anew with nothing stored, so that what the machine does besides hits all of them alike.
Writes a table, and a plot of what has a peer, into the results' folder. Ends with status 1 if a target is missed.
"""

import argparse
import datetime
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from contestants import Contestant
from measurement import Measurement, plot, table
from processes import Load
from rows import connect, media, processes, sessions, webhooks

ROWS: dict[str, Callable] = {
    "durable": webhooks.durable,
    "latency": webhooks.latency,
    "post": connect.post,
    "drain": connect.drain,
    "batch": webhooks.batch,
    "media": media.media,
    "cost": webhooks.cost,
    "sessions": sessions.sessions,
    "start": processes.start,
    "memory": processes.memory,
    "growth": processes.growth,
    "size": processes.size,
}


class Bench:
    """What all rows use."""

    def __init__(self, arguments: argparse.Namespace, root: Path):
        self.binary: Path = arguments.binary.resolve()
        self.python: Path = arguments.python.absolute()
        self.load = Load(arguments.load.resolve())
        self.count: int = arguments.rounds
        self.root = root

    def folder(self, name: str) -> Path:
        return self.root / name

    def rounds(self, contestants: Callable[[], list[Contestant]]) -> Iterator[Contestant]:
        """The contestants in turn: A B A B …"""
        for number in range(self.count):
            for contestant in contestants():
                print(f"  round {number + 1}: {contestant.name}", flush=True)
                yield contestant


def machine() -> str:
    """What the figures were measured on."""
    model = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
    system = next((line.split("=")[1].strip('"') for line in Path("/etc/os-release").read_text().splitlines() if line.startswith("PRETTY_NAME=")), "")
    return f"{os.cpu_count()} cores of {model}, {memory:.0f} GB of memory, {system}, Linux {platform.release()}"


def versions(python: Path) -> str:
    """The peers, as they are installed."""
    names = ["aiohttp", "orjson", "uvloop", "websockets", "pywa"]
    program = f"from importlib.metadata import version; print(', '.join(f'{{name}} {{version(name)}}' for name in {names}))"
    found = subprocess.run([python, "-c", program], capture_output=True, text=True, check=True).stdout.strip()
    node = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout.strip() if shutil.which("node") else "none"
    return f"{found}, Python {platform.python_version()}, node {node}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=Path, required=True, help="the connector as it is installed")
    parser.add_argument("--load", type=Path, required=True, help="the load generator")
    parser.add_argument("--python", type=Path, required=True, help="the Python that the peers run with")
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(ROWS)}; all without any")
    arguments = parser.parse_args()
    for row in arguments.rows:
        if row not in ROWS:
            parser.error(f"there is no row {row}; there are {', '.join(ROWS)}")
    arguments.results.mkdir(parents=True, exist_ok=True)
    measurements: list[Measurement] = []
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="connector-bench-") as root:
        bench = Bench(arguments, Path(root))
        for row in arguments.rows or ROWS:
            print(f"== {row}", flush=True)
            start = time.monotonic()
            measurements += ROWS[row](bench)
            print(f"{row}: {time.monotonic() - start:.0f} s", flush=True)
    minutes = (time.monotonic() - begin) / 60
    name = "-".join(arguments.rows) or "all"
    text = (
        f"# Bench: {'all rows' if not arguments.rows else ', '.join(arguments.rows)}\n\n"
        f"Made by `script/bench{''.join(f' {row}' for row in arguments.rows)}` on {datetime.date.today()} in {minutes:.0f} minutes, "
        f"{arguments.rounds} rounds.\n\nMachine: {machine()}.\n\nPeers: {versions(arguments.python)}.\n\n{table(measurements)}")
    (arguments.results / f"{name}.md").write_text(text)
    plot(measurements, arguments.results / f"{name}.png")
    print(text)
    if any("MISSED" in measurement.verdict() for measurement in measurements):
        sys.exit("a target was missed; see the table")


if __name__ == "__main__":
    main()
