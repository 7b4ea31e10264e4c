"""The store of the peers that receive webhooks: SQLite, one writer thread, one flush for all that wait.

A flush of the disk takes milliseconds, and no webhook may be answered before it. So whoever has something to store puts it into a queue; the writer thread
takes everything that is in it, writes that in one transaction, and tells all of them at once. While one flush is under way the next group gathers by itself:
nobody waits for a timer, and the more there is to do, the larger the groups become.
"""

import asyncio
import enum
import queue
import sqlite3
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from webhook import Event

SETTINGS = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
"""

SCHEMA = """
CREATE TABLE IF NOT EXISTS webhooks (id INTEGER PRIMARY KEY, received_at REAL, body BLOB);
CREATE TABLE IF NOT EXISTS events (key TEXT PRIMARY KEY, kind TEXT, sender TEXT, at INTEGER, webhook INTEGER);
"""


class Received(NamedTuple):
    """A webhook that waits for being stored."""

    at: float
    body: bytes
    events: Sequence[Event]
    stored: asyncio.Future[None]


class Signal(enum.Enum):
    """What the queue holds besides webhooks."""

    FLUSH = enum.auto()
    END = enum.auto()


class Ledger:
    """Stores webhooks and their events; belongs to the event loop in which it is made."""

    schema = SCHEMA
    insert_event = "INSERT OR IGNORE INTO events (key, kind, sender, at, webhook) VALUES (?, ?, ?, ?, ?)"

    def __init__(self, folder: Path) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: queue.SimpleQueue[Received | Signal] = queue.SimpleQueue()
        self._database = sqlite3.connect(folder / "ledger.sqlite", isolation_level=None, check_same_thread=False)
        self._database.executescript(SETTINGS + self.schema)
        self._last_webhook: int = self._database.execute("SELECT ifnull(max(id), 0) FROM webhooks").fetchone()[0]
        self._thread = threading.Thread(target=self._write_groups, name="ledger")

    def start(self) -> None:
        """Begins to write. Nobody else may use the database from now on."""
        self._thread.start()

    async def store(self, body: bytes, events: Sequence[Event]) -> None:
        """Returns when a webhook and its events are on the disk; raises what SQLite raises if they are not."""
        stored: asyncio.Future[None] = self._loop.create_future()
        self._queue.put(Received(time.time(), body, events, stored))
        await stored

    async def close(self) -> None:
        """Writes what is left, and ends."""
        self._queue.put(Signal.END)
        await asyncio.to_thread(self._thread.join)
        self._database.close()

    # What follows runs in the writer thread.

    def _write_groups(self) -> None:
        is_open = True
        while is_open:
            group, is_open = self._take_group()
            error: Exception | None = None
            try:
                self._write(group)
            except sqlite3.Error as failure:
                print(f"The ledger cannot be written: {failure}", file=sys.stderr)
                error = failure
            self._loop.call_soon_threadsafe(self._settle, group, error)

    def _take_group(self) -> tuple[list[Received], bool]:
        """Waits for the first job, takes along what else is there, and says whether more will come."""
        group: list[Received] = []
        job = self._queue.get()
        while job is not Signal.END:
            if job is not Signal.FLUSH:
                group.append(job)
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                return group, True
        return group, False

    def _write(self, group: list[Received]) -> None:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            self._insert(group)
            self._database.execute("COMMIT")
        except sqlite3.Error:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise

    def _insert(self, group: list[Received]) -> None:
        numbered = list(enumerate(group, self._last_webhook + 1))
        self._database.executemany(
            "INSERT INTO webhooks (id, received_at, body) VALUES (?, ?, ?)", [(number, received.at, received.body) for number, received in numbered]
        )
        self._insert_events([(number, event) for number, received in numbered for event in received.events])
        self._last_webhook += len(group)

    def _insert_events(self, events: Iterable[tuple[int, Event]]) -> None:
        self._database.executemany(self.insert_event, [(event.key, event.kind, event.sender, event.at, number) for number, event in events])

    # This runs in the event loop again.

    def _settle(self, group: list[Received], error: Exception | None) -> None:
        for received in group:
            if received.stored.done():
                continue
            if error is None:
                received.stored.set_result(None)
            else:
                received.stored.set_exception(error)
