"""Manager sessions: what each takes, and how fast all of them are told of a change."""

import json
import subprocess

from contestants import DOMAIN, NUMBER, PASSWORD, Connector, Contestant, SessionsAiohttp, SessionsWebsockets
from measurement import Measurement

COUNT = 1_000


def sessions(bench) -> list[Measurement]:
    memory = Measurement("sessions", f"memory for each of {COUNT:,}", "KB", False, limit=14)
    told = Measurement("sessions", f"a change told to {COUNT:,}", "ms", False, least_ratio={"aiohttp": 3, "websockets": 3})
    for contestant in bench.rounds(
            lambda: [
                Connector(bench.folder("connector"), bench.binary), SessionsAiohttp(bench.folder("aiohttp"), bench.python),
                SessionsWebsockets(bench.folder("websockets"), bench.python),
            ]):
        with contestant:
            each, milliseconds = opened(bench, contestant)
            memory.add(contestant.name, each / 1e3)
            told.add(contestant.name, milliseconds)
    return [memory, told]


def opened(bench, contestant: Contestant) -> tuple[float, float]:
    """Bytes of memory for each session, and the median of the times until a change was everywhere, in milliseconds."""
    def command(count: int) -> list[str]:
        return [
            str(bench.load.binary), "sessions", "--url", contestant.sessions, "--domain", DOMAIN, "--password", PASSWORD, "--number", NUMBER,
            "--count", str(count), "--changes", "1" if count < COUNT else "20",
        ]

    # What the first sessions cost is not for each of them: code that is used for the first time.
    subprocess.run(command(10), input="go\n", stdout=subprocess.DEVNULL, text=True, check=True)
    before = contestant.process.memory()
    with subprocess.Popen(command(COUNT), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as load:
        if json.loads(load.stdout.readline() or "{}").get("sessions") != COUNT:
            raise SystemExit(f"{contestant.name} does not open {COUNT} sessions")
        each = (contestant.process.memory() - before) / COUNT
        load.stdin.write("go\n")
        load.stdin.flush()
        return each, json.loads(load.stdout.readline())["milliseconds"]["p50"]
