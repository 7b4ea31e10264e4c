"""Simulates instances that are spread over processes with one PostgreSQL: simulate.py [--seed N]

What it assumes of the machine, of PostgreSQL and of the network are the figures at the top. It plays two things:

1. Load: how long answers to Meta and posts in Connect take with one to eight processes, and how long posts wait when one of them is killed.
2. Ownership: whether each message is posted once and in order while processes are killed and freeze, in many random histories.

Prints tables in Markdown, and ends with status 1 if a message was lost, doubled or out of order.
"""

import argparse
import random
import statistics
import sys
from dataclasses import dataclass, replace

from world import Faults, Figures, World

# Processor time for a message, in seconds: until it is durable, until it is recorded, and for its post.
ACCEPT, RECORD, POST = 100e-6, 200e-6, 700e-6
# A commit at a PostgreSQL in the same data centre, with its flush.
COMMIT = 2e-3
# From a post to Connect's answer.
CONNECT = 5e-3
CORES = 2


@dataclass
class Load:
    processes: int
    instances: int
    rate: float


LOADS = [Load(1, 50, 300), Load(1, 50, 1_000), Load(2, 100, 2_000), Load(4, 200, 4_000), Load(8, 400, 8_000)]


def figures(seed: int) -> Figures:
    return Figures(accept=ACCEPT, record=RECORD, post=POST, commit=COMMIT, connect=CONNECT, cores=CORES, random=random.Random(seed))


def milliseconds(values: list[float], share: float) -> str:
    ordered = sorted(values)
    return f"{ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1e3:.0f}"


def play_loads(seed: int) -> bool:
    print("| processes | instances | webhooks/s | processors busy | 200 after, p99 (ms) | in Connect after, p50 (ms) | p99 (ms) | one killed: the longest wait (s) |")
    print("|---:|---:|---:|---:|---:|---:|---:|---:|")
    is_right = True
    for load in LOADS:
        calm = World(figures(seed), load.processes, load.instances, load.rate, seconds=10, faults=Faults())
        calm.run()
        killed = "–"
        if load.processes > 1:
            # A tenth of the load: the wait is that for a lease, not for a processor.
            world = World(figures(seed), load.processes, load.instances, load.rate / 10, seconds=30, faults=Faults(kills=[5]))
            world.run()
            is_right &= world.is_right()
            killed = f"{max(world.post_delays):.1f}"
        is_right &= calm.is_right()
        print(
            f"| {load.processes} | {load.instances} | {load.rate:,.0f} | {calm.busy():.0%} | {milliseconds(calm.answer_delays, 0.99)} "
            f"| {milliseconds(calm.post_delays, 0.5)} | {milliseconds(calm.post_delays, 0.99)} | {killed} |", flush=True)
    return is_right


def play_histories(seed: int, count: int) -> bool:
    worlds = []
    for index in range(count):
        chance = random.Random(f"{seed} {index}")
        faults = Faults(
            kills=[chance.uniform(0, 60) for _ in range(chance.randint(0, 4))],
            freezes=[(chance.uniform(0, 60), chance.choice([0.5, 5, 11, 25, 40])) for _ in range(chance.randint(0, 6))])
        # Everything takes long, so that many a kill and freeze comes in the midst of something.
        slow = replace(figures(seed * 100_000 + index), post=0.1, commit=0.05, connect=0.2)
        world = World(slow, 3, 6, 20, seconds=60, faults=faults)
        world.run()
        worlds.append(world)
        if not world.is_right():
            print(f"history {index}: {world.verdict()}")
    print(
        f"\n{count} histories of 3 processes, {sum(len(world.faults.kills) for world in worlds)} kills and {sum(len(world.faults.freezes) for world in worlds)} freezes, "
        f"{sum(world.messages for world in worlds):,} messages: {sum(world.lost for world in worlds)} lost, {sum(world.doubled for world in worlds)} doubled, "
        f"{sum(world.disordered for world in worlds)} out of order; {sum(world.looked_up for world in worlds):,} were looked for in Connect; "
        f"the longest wait {max(max(world.post_delays) for world in worlds):.0f} s, its median over the histories "
        f"{statistics.median(max(world.post_delays) for world in worlds):.0f} s")
    return all(world.is_right() for world in worlds)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--histories", type=int, default=300)
    arguments = parser.parse_args()
    if not (play_loads(arguments.seed) & play_histories(arguments.seed, arguments.histories)):
        sys.exit("a message was lost, doubled or out of order")


if __name__ == "__main__":
    main()
