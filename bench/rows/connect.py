"""From the webhook to the post in Connect, which the connector's own lab plays for both contestants."""

import statistics
import time

from contestants import ACCOUNT, Bridge, JoinedConnector, Lab
from measurement import Measurement
from processes import wait

RATE, SECONDS = 320, 8
WAITING = 20_000


def contestants(bench, lab: Lab) -> list:
    return [JoinedConnector(bench.folder("connector"), bench.binary, lab), Bridge(bench.folder("aiohttp"), bench.python, lab)]


def post(bench) -> list[Measurement]:
    """How long a customer's message takes to be in Connect, at 320 messages a second."""
    halves = Measurement("post", f"{RATE}/s, p50", "ms", False)
    most = Measurement("post", f"{RATE}/s, p99", "ms", False, least_ratio={"aiohttp": 2})
    lab = Lab(bench.folder("lab"), bench.binary)
    for contestant in bench.rounds(lambda: contestants(bench, lab)):
        with lab, contestant:
            lab.wait_for_connect()
            send(bench, contestant, "w", 100)
            wait("the first posts", lambda: len(lab.posts("w")) == 100)
            count = RATE * SECONDS
            begun = send(bench, contestant, "m", count, rate=RATE, connections=64)["startedAt"]
            wait("all posts", lambda: len(lab.posts("m")) == count, pause=0.5)
            latencies = sorted(at - (begun * 1_000 + number * 1_000 / RATE) for number, at in lab.posts("m").items())
            halves.add(contestant.name, max(0.1, statistics.median(latencies)))
            most.add(contestant.name, max(0.1, latencies[len(latencies) * 99 // 100]))
    return [halves, most]


def drain(bench) -> list[Measurement]:
    """How fast what has waited is posted when Connect returns."""
    measurement = Measurement("drain", f"{WAITING:,} waiting messages, when Connect returns", "posts/s", True)
    lab = Lab(bench.folder("lab"), bench.binary)
    for contestant in bench.rounds(lambda: contestants(bench, lab)):
        with contestant:
            # Enough customers that no discussion becomes long: that would be the lab's time.
            send(bench, contestant, "d", WAITING, customers=WAITING // 10, size=300, connections=64)
            with lab:
                begin = time.monotonic()
                lab.wait_for_connect()
                wait("all posts", lambda: contestant.posted() == WAITING, pause=0.2, patience=600)
                measurement.add(contestant.name, WAITING / (time.monotonic() - begin))
    return [measurement]


def send(bench, contestant, prefix: str, count: int, **options) -> dict:
    figures = bench.load.webhooks(
        contestant.webhook, Lab.SECRET, prefix, count, account=ACCOUNT, number=Lab.NUMBER, **options)
    if figures["unanswered"] or set(figures["statuses"]) != {"200"}:
        raise SystemExit(f"{contestant.name}: {figures}")
    return figures
