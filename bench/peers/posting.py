"""What is to be posted at Connect: the durable queue in the ledger, and the lanes of the conversations in memory."""

import asyncio
import html
import itertools
import sqlite3
import sys
import uuid
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from ledger import SCHEMA, Ledger, Received, Signal
from webhook import Event

# How long a post may wait for being marked as posted, so that the next group of webhooks takes it along.
SECONDS_UNTIL_MARKED = 0.02
MOST_IN_FLIGHT = 1000
SECONDS_FOR_ANSWER = 30
SECONDS_AFTER_REFUSAL = 1
NAMESPACE = uuid.UUID("0d5de42c-0e0d-4d0e-8b1f-27d5e3f4a6c1")

# Only what is still to be posted is in the index: it stays small, and a start does not read the whole table.
QUEUE_SCHEMA = SCHEMA.replace("webhook INTEGER)", "webhook INTEGER, conversation TEXT, name TEXT, text TEXT, posted INTEGER)") + """
CREATE TABLE IF NOT EXISTS discussions (conversation TEXT PRIMARY KEY, root INTEGER) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS waiting ON events (webhook) WHERE text IS NOT NULL AND posted IS NULL;
"""


class Posted(NamedTuple):
    """A message that Connect has taken."""

    key: str
    post: int
    # Its conversation, if it has opened its discussion.
    opens: str | None


class PostingLedger(Ledger):
    """A ledger that is a queue too: a text message leaves it when it is marked as posted.

    Webhooks are answered first: marks wait a moment for the next group of webhooks, and have a flush of their own only if none comes.
    """

    schema = QUEUE_SCHEMA
    insert_event = "INSERT OR IGNORE INTO events (key, kind, sender, at, webhook, conversation, name, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"

    def __init__(self, folder: Path, take: Callable[[list[Event]], None]) -> None:
        """`take` is called with the text messages that have become durable, in their order."""
        super().__init__(folder)
        self._take = take
        self._marks: deque[Posted] = deque()
        self._is_flush_due = False
        # What the group that is being written marks, and which messages in it are new.
        self._group_marks: list[Posted] = []
        self._new: list[Event] = []

    def roots(self) -> dict[str, int]:
        """The first post of each discussion. To be asked before the start."""
        return dict(self._database.execute("SELECT conversation, root FROM discussions"))

    def waiting(self) -> list[Event]:
        """The messages that are still to be posted, in the order they came. To be asked before the start."""
        rows = self._database.execute(
            "SELECT key, kind, sender, at, conversation, name, text FROM events WHERE text IS NOT NULL AND posted IS NULL ORDER BY rowid"
        )
        return [Event(*row) for row in rows]

    def mark(self, posted: Posted) -> None:
        """Notes that a message was posted; it is on the disk a moment later."""
        self._marks.append(posted)
        if not self._is_flush_due:
            self._is_flush_due = True
            self._loop.call_later(SECONDS_UNTIL_MARKED, self._flush)

    def _flush(self) -> None:
        self._is_flush_due = False
        if self._marks:
            self._queue.put(Signal.FLUSH)

    # What follows runs in the writer thread.

    def _write(self, group: list[Received]) -> None:
        self._new = []
        self._group_marks = self._take_marks()
        try:
            super()._write(group)
        except sqlite3.Error:
            self._marks.extendleft(reversed(self._group_marks))
            raise
        if self._new:
            self._loop.call_soon_threadsafe(self._take, self._new)

    def _take_marks(self) -> list[Posted]:
        marks: list[Posted] = []
        try:
            while True:
                marks.append(self._marks.popleft())
        except IndexError:
            return marks

    def _insert(self, group: list[Received]) -> None:
        super()._insert(group)
        marks = self._group_marks
        self._database.executemany("UPDATE events SET posted = ? WHERE key = ?", [(mark.post, mark.key) for mark in marks])
        self._database.executemany("INSERT OR IGNORE INTO discussions VALUES (?, ?)", [(mark.opens, mark.post) for mark in marks if mark.opens])

    def _insert_events(self, events: Iterable[tuple[int, Event]]) -> None:
        for number, event in events:
            row = (event.key, event.kind, event.sender, event.at, number, event.conversation, event.name, event.text)
            if self._database.execute(self.insert_event, row).rowcount == 1 and event.text is not None:
                self._new.append(event)


class InFlight(NamedTuple):
    """A message that Connect has been asked to post."""

    conversation: str
    deadline: float


class Poster:
    """Decides what is posted next: in order in each conversation, and all conversations at once."""

    def __init__(self, topic: str) -> None:
        self._topic = topic
        self._loop = asyncio.get_running_loop()
        self._roots: dict[str, int] = {}
        # A conversation is here as long as it has messages that wait; the first one may be in flight.
        self._lanes: dict[str, deque[Event]] = {}
        # Those of them whose first message may be posted.
        self._ready: deque[str] = deque()
        self._in_flight: dict[str, InFlight] = {}
        self._sources = (f"post{number}" for number in itertools.count())
        self._is_ready = asyncio.Event()
        self.mark: Callable[[Posted], None] = lambda _: None

    def resume(self, ledger: PostingLedger) -> None:
        """Goes on where the last run has stopped."""
        self.mark = ledger.mark
        self._roots = ledger.roots()
        self.take(ledger.waiting())

    def take(self, messages: list[Event]) -> None:
        """Queues messages that are durable."""
        for message in messages:
            lane = self._lanes.get(message.conversation)
            if lane is not None:
                lane.append(message)
            else:
                self._lanes[message.conversation] = deque([message])
                self._make_ready(message.conversation)

    async def next_request(self) -> dict[str, Any]:
        """The next `Post`, as soon as there is one; it is in flight then."""
        while not self._ready or len(self._in_flight) >= MOST_IN_FLIGHT:
            self._is_ready.clear()
            await self._is_ready.wait()
        conversation, source = self._ready.popleft(), next(self._sources)
        self._in_flight[source] = InFlight(conversation, self._loop.time() + SECONDS_FOR_ANSWER)
        return self._request(source, self._lanes[conversation][0])

    def answered(self, answer: dict[str, Any]) -> None:
        """Takes the result of a `Post`."""
        in_flight = self._in_flight.pop(str(answer.get("src")), None)
        if in_flight is None:
            return
        self._is_ready.set()
        post = post_identifier(answer)
        if post is None:
            print(f"Connect refused a post: {answer.get('errorText') or answer.get('error')}", file=sys.stderr)
            self._loop.call_later(SECONDS_AFTER_REFUSAL, self._make_ready, in_flight.conversation)
        else:
            self._posted(in_flight.conversation, post)

    def is_overdue(self) -> bool:
        """Whether Connect owes an answer for too long. The requests are in the order of their deadlines."""
        oldest = next(iter(self._in_flight.values()), None)
        return oldest is not None and oldest.deadline < self._loop.time()

    def connection_lost(self) -> None:
        """What was in flight is posted again, in front of everything else."""
        self._ready.extendleft(reversed([in_flight.conversation for in_flight in self._in_flight.values()]))
        self._in_flight.clear()
        self._is_ready.set()

    def _posted(self, conversation: str, post: int) -> None:
        lane = self._lanes[conversation]
        is_root = conversation not in self._roots
        self.mark(Posted(lane.popleft().key, post, conversation if is_root else None))
        self._roots.setdefault(conversation, post)
        if lane:
            self._make_ready(conversation)
        else:
            del self._lanes[conversation]

    def _make_ready(self, conversation: str) -> None:
        self._ready.append(conversation)
        self._is_ready.set()

    def _request(self, source: str, message: Event) -> dict[str, Any]:
        request = {"mt": "Post", "src": source, "topic": self._topic, "text": post_text(message)}
        root = self._roots.get(message.conversation)
        if root is not None:
            return request | {"repliesTo": root}
        return request | {"discussionGuid": str(uuid.uuid5(NAMESPACE, message.key)), "discussionTitle": message.name}


def post_identifier(answer: dict[str, Any]) -> int | None:
    """The new post of a result; None if there is none."""
    try:
        return None if answer.get("error") else int(answer["id"])
    except (KeyError, TypeError, ValueError):
        return None


def post_text(message: Event) -> str:
    """The customer's name and words, as HTML."""
    return f"<b>{escaped(message.name)}</b><br>{escaped(message.text or '')}"


def escaped(text: str) -> str:
    return html.escape(text).replace("\r\n", "\n").replace("\n", "<br>")
