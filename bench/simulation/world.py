"""A world of processes that share instances, as events in simulated time.

Rules that are played, and that an implementation would have to keep:

- Any process takes a webhook of any instance; it is answered once PostgreSQL has it.
- An instance belongs to the process that holds its lease: 10 s, renewed every 3 s, with a number that grows with each owner. Every transaction of an owner
  names its number, and fails if it is not the newest. A process that was started anew is another one: it does not go on with a lease that it had.
- An owner notes that it begins a post, in a transaction, before it sends it. Before it sends, it looks at its own clock: not if the lease ends within 2 s.
- A new owner looks for posts that were begun and not finished in Connect before it makes them again.
"""

import heapq
import random
from collections import defaultdict, deque
from dataclasses import dataclass, field
from itertools import count

LEASE, RENEWAL, MARGIN = 10.0, 3.0, 2.0
# How long a process that was killed takes to be there again, and how often processes look for leases that have ended.
RESTART, LOOK = 5.0, 1.0
CONVERSATIONS = 20
PATIENCE = 600.0


@dataclass
class Figures:
    """What the machines take, in seconds."""

    accept: float
    record: float
    post: float
    commit: float
    connect: float
    cores: int
    random: random.Random


@dataclass
class Faults:
    kills: list[float] = field(default_factory=list)
    freezes: list[tuple[float, float]] = field(default_factory=list)


@dataclass(eq=False)
class Message:
    number: int
    conversation: tuple[int, int]
    due: float
    state: str = "waiting"
    place: int = 0
    """The order in which messages became durable."""


@dataclass
class Instance:
    """What PostgreSQL knows of an instance."""

    number: int
    owner: "Process | None" = None
    owner_life: int = 0
    epoch: int = 0
    lease_ends: float = 0.0
    waiting: dict[tuple[int, int], deque] = field(default_factory=lambda: defaultdict(deque))
    """Messages of each conversation that are durable and not finished, in their order."""

    def belongs_to(self, process: "Process", epoch: int) -> bool:
        return self.epoch == epoch and self.owner is process and self.owner_life == process.life


class Process:
    """A process: its processors, and whether it runs."""

    def __init__(self, world: "World", number: int):
        self.world, self.number = world, number
        self.life = 0
        self.is_alive = True
        self.frozen_until = 0.0
        self.free_at = [0.0] * world.figures.cores
        self.busy = 0.0
        self.working: dict[tuple[int, int], int] = {}
        """The conversations that are worked on, and for which lease."""

    def compute(self, seconds: float, then):
        """Goes on after so much processor time, when a processor is free; not at all if the process is killed before."""
        seconds *= self.world.figures.random.uniform(0.7, 1.3)
        core = min(range(len(self.free_at)), key=self.free_at.__getitem__)
        start = max(self.world.now, self.free_at[core], self.frozen_until)
        self.free_at[core] = start + seconds
        self.busy += seconds
        self.at(start + seconds, then)

    def after(self, seconds: float, then):
        self.at(self.world.now + seconds, then)

    def at(self, moment: float, then):
        life = self.life

        def act():
            if not self.is_alive or self.life != life:
                return
            if self.frozen_until > self.world.now:
                self.world.at(self.frozen_until, act)
            else:
                then()

        self.world.at(moment, act)

    def commit(self, then):
        """Goes on when PostgreSQL has committed; what it does there happens even if the process does not hear of it."""
        self.after(self.world.figures.commit * self.world.figures.random.uniform(0.6, 1.8), then)


class World:
    """Plays one history."""

    def __init__(self, figures: Figures, processes: int, instances: int, rate: float, seconds: float, faults: Faults):
        self.figures, self.rate, self.seconds, self.faults = figures, rate, seconds, faults
        self.now = 0.0
        self.events: list = []
        self.order = count()
        self.processes = [Process(self, number) for number in range(processes)]
        self.instances = [Instance(number) for number in range(instances)]
        self.messages = self.kept = self.finished = self.lost = self.doubled = self.disordered = self.looked_up = 0
        self.answer_delays: list[float] = []
        self.post_delays: list[float] = []
        # What Connect has: the numbers of the messages of each conversation, in the order of their posts.
        self.connect: dict[tuple[int, int], list[Message]] = defaultdict(list)

    def at(self, moment: float, act):
        heapq.heappush(self.events, (max(moment, self.now), next(self.order), act))

    def run(self):
        for instance in self.instances:
            self.take(self.processes[instance.number % len(self.processes)], instance)
        for process in self.processes:
            self.look(process)
        for moment in self.faults.kills:
            self.at(moment, self.kill)
        for moment, length in self.faults.freezes:
            self.at(moment, lambda length=length: self.freeze(length))
        self.arrive()
        while self.events:
            self.now, _, act = heapq.heappop(self.events)
            # The processes go on looking for leases for ever.
            if self.now > self.seconds + PATIENCE or (self.now > self.seconds and self.finished == self.messages):
                break
            act()
        self.judge()

    # Meta.

    def arrive(self):
        if self.now >= self.seconds:
            return
        # A few instances have most of the messages.
        share = self.figures.random.random() ** 2
        instance = self.instances[int(share * len(self.instances))]
        message = Message(self.messages, (instance.number, self.figures.random.randrange(CONVERSATIONS)), self.now)
        self.messages += 1
        self.deliver(message, instance)
        self.at(self.now + self.figures.random.expovariate(self.rate), self.arrive)

    def deliver(self, message: Message, instance: Instance):
        """Posts a webhook to any process that runs, and again if there is no answer."""
        running = [process for process in self.processes if process.is_alive]
        if not running:
            return self.at(self.now + 1, lambda: self.deliver(message, instance))
        process = self.figures.random.choice(running)

        def keep():
            # What comes again is known by its wamid.
            if message.state != "waiting":
                return
            message.state = "kept"
            message.place = self.kept
            self.kept += 1
            instance.waiting[message.conversation].append(message)
            self.answer_delays.append(self.now - message.due)
            # PostgreSQL tells the owner, if there is one that listens.
            if instance.owner and instance.belongs_to(instance.owner, instance.epoch):
                self.work(instance.owner, instance, message.conversation)

        process.compute(self.figures.accept, lambda: process.commit(keep))

        def again():
            if message.state == "waiting":
                self.deliver(message, instance)

        self.at(self.now + 10, again)

    # Owners.

    def look(self, process: Process):
        for instance in self.instances:
            if instance.lease_ends <= self.now:
                self.take(process, instance)
        process.after(LOOK * self.figures.random.uniform(0.8, 1.2), lambda: self.look(process))

    def take(self, process: Process, instance: Instance):
        instance.owner, instance.owner_life = process, process.life
        instance.epoch, instance.lease_ends = instance.epoch + 1, self.now + LEASE
        self.renew(process, instance, instance.epoch)
        for conversation, messages in instance.waiting.items():
            for message in messages:
                if message.state == "begun":
                    message.state = "doubtful"
            self.work(process, instance, conversation)

    def renew(self, process: Process, instance: Instance, epoch: int):
        def act():
            if instance.belongs_to(process, epoch) and instance.lease_ends > self.now:
                instance.lease_ends = self.now + LEASE
                self.renew(process, instance, epoch)

        process.after(RENEWAL, act)

    def work(self, process: Process, instance: Instance, conversation: tuple[int, int]):
        """Posts what waits in a conversation, one message after the other."""
        epoch = instance.epoch
        if process.working.get(conversation) == epoch or not instance.waiting[conversation]:
            return
        process.working[conversation] = epoch
        message = instance.waiting[conversation][0]
        # What the process knows of its lease.
        known_end = 0.0

        def begin():
            process.commit(begun)

        def begun():
            nonlocal known_end
            if not instance.belongs_to(process, epoch):
                return
            known_end = instance.lease_ends
            if message.state == "doubtful":
                self.looked_up += 1
                process.after(self.figures.connect, looked_up)
            else:
                message.state = "begun"
                process.compute(self.figures.post, send)

        def looked_up():
            if message in self.connect[message.conversation]:
                process.commit(finish)
            else:
                process.compute(self.figures.post, send)

        def send():
            if self.now > known_end - MARGIN:
                # Perhaps it is somebody else's by now. If it is not, it is looked for first.
                process.commit(doubt)
                return
            self.connect[message.conversation].append(message)
            self.post_delays.append(self.now - message.due)
            process.after(self.figures.connect, lambda: process.commit(finish))

        def doubt():
            if instance.belongs_to(process, epoch):
                message.state = "doubtful"
                go_on()

        def finish():
            if instance.belongs_to(process, epoch):
                message.state = "posted"
                instance.waiting[conversation].popleft()
                self.finished += 1
                go_on()

        def go_on():
            process.working.pop(conversation)
            self.work(process, instance, conversation)

        process.compute(self.figures.record, begin)

    # Faults.

    def kill(self):
        running = [process for process in self.processes if process.is_alive]
        if not running:
            return
        process = self.figures.random.choice(running)
        process.is_alive = False
        process.life += 1
        process.working.clear()

        def start():
            process.is_alive = True
            process.frozen_until = 0
            process.free_at = [self.now] * len(process.free_at)
            self.look(process)

        self.at(self.now + RESTART, start)

    def freeze(self, length: float):
        process = self.figures.random.choice(self.processes)
        process.frozen_until = max(process.frozen_until, self.now + length)

    # What became of it.

    def judge(self):
        posted = [message.number for messages in self.connect.values() for message in messages]
        self.lost = self.messages - len(set(posted))
        self.doubled = len(posted) - len(set(posted))
        self.disordered = sum(
            1 for messages in self.connect.values() for one, other in zip(messages, messages[1:]) if one.place > other.place)

    def busy(self) -> float:
        return sum(process.busy for process in self.processes) / (self.seconds * self.figures.cores * len(self.processes))

    def is_right(self) -> bool:
        return not (self.lost or self.doubled or self.disordered)

    def verdict(self) -> str:
        return f"{self.lost} lost, {self.doubled} doubled, {self.disordered} out of order"
