"""Receives webhooks with pywa, as its documentation shows: signature checking on, one handler for messages and one for statuses.

Each handler stores what it is called for with one durable commit of its own (SQLite, WAL, `synchronous=FULL`), as handlers do that know nothing of each
other. What that guarantees depends on who answers WhatsApp:

`--answer after`, the default: the program takes the requests itself and gives them to pywa's `webhook_update_validator` and `webhook_update_handler`, which
pywa offers for servers of one's own. It answers after the handlers have returned, and 200 only if they have stored the webhook. Whatever was answered 200 is
on the disk.

`--answer before`: pywa registers its own routes on the server that it is given, as in its quick start. These answer 200 as soon as the signature has been
checked, and call the handlers in a background task after that. What was answered 200 is lost if the process is killed before the handler's turn comes, or if
the handler fails.

In both modes pywa builds an update of the first message or status of the first change only. The raw body holds the others; it is stored with the update, or
by the handler for raw updates if there was no update that could be built. pywa makes no request to the Graph API: it is given neither a token nor a callback
address.
"""

import argparse
import signal
import sqlite3
import threading
import time
from pathlib import Path

import uvicorn
from pywa import WhatsApp, types, utils
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import peer
from ledger import SCHEMA, SETTINGS
from webhook import Event

INSERT_WEBHOOK = "INSERT INTO webhooks (received_at, body) VALUES (?, ?)"
INSERT_EVENT = "INSERT OR IGNORE INTO events (key, kind, sender, at, webhook) VALUES (?, ?, ?, ?, ?)"


class Database:
    """One connection for all threads, and one commit for each webhook."""

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(folder / "ledger.sqlite", isolation_level=None, check_same_thread=False)
        self._connection.executescript(SETTINGS + SCHEMA)
        self._lock = threading.Lock()
        # Whether the current thread has stored the webhook that it handles: pywa catches what handlers raise, and tells nobody.
        self._thread = threading.local()

    def begin_webhook(self) -> None:
        self._thread.has_stored = False

    @property
    def has_stored(self) -> bool:
        return self._thread.has_stored

    def store(self, body: bytes, event: Event | None) -> None:
        """Returns when all of it is on the disk."""
        with self._lock, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            webhook = self._connection.execute(INSERT_WEBHOOK, (time.time(), body)).lastrowid
            if event is not None:
                self._connection.execute(INSERT_EVENT, (event.key, event.kind, event.sender, event.at, webhook))
        self._thread.has_stored = True


def add_handlers(client: WhatsApp, database: Database) -> None:
    """The handlers of this program."""

    def store(update: types.Message | types.MessageStatus, key: str, kind: str) -> None:
        sender = update.from_user.bsuid or update.from_user.wa_id or ""
        database.store(update.raw.raw, Event(key, kind, sender, int(update.timestamp.timestamp())))
        update.raw.shared_data["stored"] = True

    @client.on_message
    def on_message(_: WhatsApp, message: types.Message) -> None:
        store(message, message.id, "message")

    @client.on_message_status
    def on_message_status(_: WhatsApp, status: types.MessageStatus) -> None:
        store(status, f"{status.id}:{status.status.value}", "status")

    @client.on_raw_update
    def on_raw_update(_: WhatsApp, update: types.RawUpdate) -> None:
        # pywa calls this one last, and for every update.
        if "stored" not in update.shared_data:
            database.store(update.raw, None)


def own_routes(client: WhatsApp, database: Database, endpoint: str) -> list[Route]:
    """Routes that answer after the handlers have done their work."""

    def handle(body: bytes) -> int:
        database.begin_webhook()
        try:
            _, status = client.webhook_update_handler(body)
        except Exception:
            # pywa stumbles over some updates that it cannot read, after it has called the handler for raw updates. It would again, however often it came.
            status = 200
        return status if status != 200 or database.has_stored else 503

    async def take(request: Request) -> Response:
        body = await request.body()
        if refusal := client.webhook_update_validator(body, request.headers.get(utils.HUB_SIG)):
            return Response(refusal[0], refusal[1])
        return Response(status_code=await run_in_threadpool(handle, body))

    async def verify(request: Request) -> Response:
        content, status = client.webhook_challenge_handler(request.query_params.get(utils.HUB_VT), request.query_params.get(utils.HUB_CH))
        return Response(content, status, media_type="text/plain")

    return [Route(endpoint, take, methods=["POST"]), Route(endpoint, verify, methods=["GET"])]


def application(arguments: argparse.Namespace) -> Starlette:
    database = Database(arguments.data)
    server = Starlette()
    answers_before = arguments.answer == "before"
    client = WhatsApp(
        # Its types name FastAPI, but it takes any Starlette application; its own server is one.
        server=server if answers_before else None,  # type: ignore[arg-type]
        webhook_endpoint=arguments.path,
        verify_token=arguments.verify_token,
        app_secret=arguments.secret,
        # The memory of bodies that pywa keeps would answer a repetition before the first one is stored; the database knows them too.
        skip_duplicate_updates=answers_before,
    )
    add_handlers(client, database)
    if not answers_before:
        server.routes.extend(own_routes(client, database, arguments.path))
    return server


class AnnouncingServer(uvicorn.Server):
    """A server that says when it is ready."""

    async def startup(self, sockets=None) -> None:
        await super().startup(sockets)
        if sockets and self.started:
            peer.announce(sockets[0].getsockname()[1])


def main() -> None:
    parser = peer.options(__doc__)
    parser.add_argument("--secret", required=True, help="the app secret that webhooks are signed with")
    parser.add_argument("--verify-token", default="verify", help="what WhatsApp shows when the webhook is set up")
    parser.add_argument("--path", default="/example.com/whatsapp/webhook", help="path of the webhook")
    parser.add_argument("--answer", choices=["after", "before"], default="after", help="whether to answer after or before the handlers")
    arguments = parser.parse_args()
    # The server ends in order when a signal comes, and then raises it again, which would spoil the exit status.
    signal.signal(signal.SIGTERM, lambda *_: None)
    listener = peer.listening_socket(arguments.port)
    # There is no limit to the time it takes to end: background tasks that are cut off would lose what was answered 200.
    configuration = uvicorn.Config(application(arguments), log_config=None, access_log=False, log_level="warning")
    AnnouncingServer(configuration).run(sockets=[listener])


if __name__ == "__main__":
    main()
