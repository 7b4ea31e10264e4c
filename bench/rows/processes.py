"""The process itself: how fast it is there, how much memory it takes, and how much there is to install."""

import shutil
import sqlite3
import subprocess
import time
from pathlib import Path

from contestants import Aiohttp, Connector, Contestant, HelloAiohttp, HelloNode
from measurement import Measurement
from rows.webhooks import post

MEGA = 1 << 20


def start(bench) -> list[Measurement]:
    """From the start to the first answer; the connector also with a ledger of a million rows."""
    empty = Measurement("start", "to the first answer, nothing stored", "ms", False, limit=50)
    for contestant in bench.rounds(
            lambda: [Connector(bench.folder("connector"), bench.binary), HelloAiohttp(bench.folder("aiohttp"), bench.python), HelloNode(bench.folder("node"))]):
        with contestant:
            empty.add(contestant.name, restarted(contestant))
    full = Measurement("start", "to the first answer, a ledger of 1,000,000 rows", "ms", False, limit=150)
    with Connector(bench.folder("connector"), bench.binary) as connector:
        fill(bench, connector, 1_000_000)
        for _ in range(bench.count):
            full.add(connector.name, restarted(connector))
    return [empty, full]


def restarted(contestant: Contestant) -> float:
    """Milliseconds from the start to the first answer, with what it has stored."""
    contestant.process.end()
    begin = time.monotonic()
    contestant.start()
    return (time.monotonic() - begin) * 1_000


def fill(bench, connector: Connector, rows: int):
    """Makes so many rows of the ledger out of a few real ones, while the connector is down."""
    post(bench, connector, "fill", 1_000, customers=1_000, size=300)
    while not connector.has_done():
        time.sleep(0.1)
    connector.process.end()
    with sqlite3.connect(connector.database) as database:
        columns = [name for _, name, *_ in database.execute("PRAGMA table_info(inbound_events)") if name not in ("id", "key", "wamid")]
        count, = database.execute("SELECT count(*) FROM inbound_events").fetchone()
        database.execute("PRAGMA journal_mode = WAL")
        # Held events wait for Connect; those that are added are as if they had been posted long ago.
        values = ", ".join("'posted'" if name == "state" else "NULL" if name == "reason" else name for name in columns)
        names = ", ".join(columns)
        for copy in range(1, rows // count):
            database.execute(
                f"INSERT INTO inbound_events (key, wamid, {names}) SELECT key || '.{copy}', wamid || '.{copy}', {values} FROM inbound_events "
                f"ORDER BY id LIMIT {count}")
            if copy % 100 == 0:
                database.commit()
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connector.start()


def memory(bench) -> list[Measurement]:
    """What a process has in memory when nothing happens, and when it has heard of 100,000 customers."""
    idle = Measurement("memory", "idle", "MB", False, limit=35)
    for contestant in bench.rounds(
            lambda: [Connector(bench.folder("connector"), bench.binary), HelloAiohttp(bench.folder("aiohttp"), bench.python), HelloNode(bench.folder("node"))]):
        with contestant:
            time.sleep(2)
            idle.add(contestant.name, contestant.process.memory() / 1e6)
    known = Measurement("memory", "after a message of each of 100,000 customers", "MB", False)
    for contestant in [Connector(bench.folder("connector"), bench.binary), Aiohttp(bench.folder("aiohttp"), bench.python)]:
        with contestant:
            post(bench, contestant, "c", 100_000, customers=100_000, connections=64)
            while not contestant.has_done():
                time.sleep(0.5)
            time.sleep(2)
            known.add(contestant.name, contestant.process.memory() / 1e6)
    return [idle, known]


def size(bench) -> list[Measurement]:
    """What has to be copied to a machine that has the system's libraries; for aiohttp also Python, for node what Debian's package depends on."""
    files = Measurement("size", "files to install", "files", False)
    megabytes = Measurement("size", "megabytes to install", "MB", False)
    node = Path(shutil.which("node") or "/usr/bin/node").resolve()
    for name, paths in (("connector", [bench.binary]), ("aiohttp without Python", packages(bench, "aiohttp", "orjson", "uvloop")), ("node", [node])):
        files.add(name, len(paths))
        megabytes.add(name, sum(path.stat().st_size for path in paths) / 1e6)
    return [files, megabytes]


def packages(bench, *names: str) -> list[Path]:
    """The files of Python packages and of those that they need."""
    program = """
import re, sys
from importlib.metadata import PackageNotFoundError, distribution
found = {}
def take(name):
    try: package = distribution(name)
    except PackageNotFoundError: return
    if package.name in found: return
    found[package.name] = [package.locate_file(file) for file in package.files or []]
    for need in package.requires or []:
        if "extra ==" not in need: take(re.match(r"[\\w.-]+", need).group())
for name in sys.argv[1:]: take(name)
print(*(file for files in found.values() for file in files), sep="\\n")
"""
    lines = subprocess.run([bench.python, "-c", program, *names], capture_output=True, text=True, check=True).stdout.splitlines()
    return [path for path in map(Path, lines) if path.is_file()]


def growth(bench) -> list[Measurement]:
    """Webhooks a second as the ledger grows a thousandfold, and more where the disk has room."""
    measurements = []
    for exponent in (3, 4, 5, 6, 7):
        needed = 10**exponent * 900
        if shutil.disk_usage(bench.root).free < needed * 2:
            print(f"  10^{exponent} rows are left out: they need {needed // MEGA} MiB, twice", flush=True)
            break
        rate = Measurement("growth", f"a ledger of 10^{exponent} rows, 16 connections", "webhooks/s", True)
        most = Measurement("growth", f"a ledger of 10^{exponent} rows, 320/s, p99", "ms", False)
        with Connector(bench.folder("connector"), bench.binary) as connector:
            fill(bench, connector, 10**exponent)
            for index in range(3):
                rate.add(connector.name, post(bench, connector, f"g{index}.", 10_000, connections=16)["perSecond"])
                while not connector.has_done():
                    time.sleep(0.1)
                most.add(connector.name, post(bench, connector, f"h{index}.", 960, rate=320)["milliseconds"]["p99"])
        measurements += [rate, most]
    return measurements
