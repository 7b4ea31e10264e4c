"""Webhooks: from the request to what is flushed to the disk."""

import subprocess
import time

from contestants import ACCOUNT, NUMBER, SECRET, Aiohttp, Connector, Contestant, Pywa, PywaAsShipped
from measurement import Measurement
from processes import wait

COUNTS = {"connector": 20_000, "aiohttp": 20_000, "pywa": 1_500, "pywa as shipped": 3_000}


def post(bench, contestant: Contestant, prefix: str, count: int, **options) -> dict:
    """Posts, and ends the run if anything was not answered with 200."""
    figures = bench.load.webhooks(contestant.webhook, SECRET, prefix, count, account=ACCOUNT, number=NUMBER, **options)
    if figures["unanswered"] or set(figures["statuses"]) != {"200"}:
        raise SystemExit(f"{contestant.name}: {figures}")
    return figures


def receivers(bench) -> list[Contestant]:
    """The connector first, and then who is as durable; the last one is not."""
    return [
        Connector(bench.folder("connector"), bench.binary), Aiohttp(bench.folder("aiohttp"), bench.python),
        Pywa(bench.folder("pywa"), bench.python), PywaAsShipped(bench.folder("pywa-as-shipped"), bench.python),
    ]


def durable(bench) -> list[Measurement]:
    """As many as each takes, over 16 and over 64 connections; and that none of those that it took is lost with kill -9."""
    found = []
    for connections in (16, 64):
        measurement = Measurement(
            "durable", f"{connections} connections", "webhooks/s", True, least_ratio={"aiohttp": 1.5, "pywa": 10})
        for contestant in bench.rounds(lambda: receivers(bench)):
            with contestant:
                post(bench, contestant, "w", 200, connections=connections)
                figures = post(bench, contestant, "m", COUNTS[contestant.name], connections=connections)
                measurement.add(contestant.name, figures["perSecond"])
        found.append(measurement)
    lost = Measurement("durable", "answered with 200, but not there after kill -9", "webhooks", False, limit=0)
    for contestant in receivers(bench):
        with contestant:
            lost.add(contestant.name, killed(bench, contestant))
    return found + [lost]


def killed(bench, contestant: Contestant) -> int:
    """How many of the webhooks that were answered with 200 are not on the disk after kill -9."""
    acknowledged = contestant.folder / "acknowledged"
    command = bench.load.command(
        contestant.webhook, SECRET, "k", 60_000, account=ACCOUNT, number=NUMBER, connections=64, acknowledged=acknowledged)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as load:
        time.sleep(2)
        contestant.process.kill()
        load.wait(60)
    answered = set(acknowledged.read_text().split())
    if len(answered) < 100:
        raise SystemExit(f"{contestant.name} had answered only {len(answered)} webhooks when it was killed")
    print(f"  {contestant.name}: {len(answered)} answered when it was killed", flush=True)
    return len(answered - contestant.stored())


def latency(bench) -> list[Measurement]:
    """How long an answer takes when webhooks come at a fixed rate, whatever became of those before."""
    found = []
    for rate, seconds in ((320, 8), (4_000, 5)):
        halves = Measurement("latency", f"{rate}/s, p50", "ms", False)
        most = Measurement("latency", f"{rate}/s, p99", "ms", False)
        for contestant in bench.rounds(lambda: receivers(bench)[:2]):
            with contestant:
                post(bench, contestant, "w", 200)
                figures = post(bench, contestant, "m", rate * seconds, rate=rate, connections=64)
                halves.add(contestant.name, figures["milliseconds"]["p50"])
                most.add(contestant.name, figures["milliseconds"]["p99"])
        found += [halves, most]
    return found


def batch(bench) -> list[Measurement]:
    """One POST of 1,000 statuses, the largest that Meta makes; and the processor time until all of them are recorded."""
    answered = Measurement("batch", "a POST of 1,000 statuses until its answer, p50", "ms", False)
    recorded = Measurement("batch", "until 20 such are recorded", "s", False)
    for contestant in bench.rounds(lambda: receivers(bench)[:2]):
        with contestant:
            post(bench, contestant, "w", 200)
            start = time.monotonic()
            figures = post(bench, contestant, "s", 20, statuses=1_000, connections=1)
            wait(f"{contestant.name} has recorded everything", contestant.has_done)
            recorded.add(contestant.name, time.monotonic() - start)
            answered.add(contestant.name, figures["milliseconds"]["p50"])
    return [answered, recorded]


def cost(bench) -> list[Measurement]:
    """Processor time for each message, from the request until it is recorded in the ledger."""
    measurement = Measurement("cost", "processor time for a million messages", "s", False)
    for contestant in bench.rounds(lambda: receivers(bench)[:2]):
        with contestant:
            post(bench, contestant, "w", 200)
            wait(f"{contestant.name} has recorded everything", contestant.has_done)
            before = contestant.process.processor_time()
            post(bench, contestant, "m", 10_000, connections=16)
            wait(f"{contestant.name} has recorded everything", contestant.has_done)
            measurement.add(contestant.name, (contestant.process.processor_time() - before) * 100)
    return [measurement]
