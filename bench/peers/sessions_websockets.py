"""AppWebsocket sessions with websockets: they log in, subscribe to the numbers, and are told of every change of a number.

It pushes with `broadcast`, which the library's documentation recommends for one message to many, and does without compression, which would cost much
memory.
"""

import argparse
import asyncio
import http
import logging
from pathlib import Path

from websockets.asyncio.server import ServerConnection, broadcast, serve as serve_websockets
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode
from websockets.http11 import Request, Response

import peer
from appwebsocket import LONGEST_MESSAGE, SECONDS_BETWEEN_PINGS, SECONDS_TO_LOG_IN, Unwelcome
from sessions import Numbers, Session


class Sessions:
    """All sessions of one instance."""

    def __init__(self, domain: str, password: str, folder: Path) -> None:
        self.numbers = Numbers(folder, self.push)
        self._domain = domain
        self._password = password
        self._subscribers: set[ServerConnection] = set()

    async def serve(self, connection: ServerConnection) -> None:
        """Serves one session until it ends."""
        session = Session(self._domain, self._password, self.numbers)
        try:
            async with asyncio.timeout(SECONDS_TO_LOG_IN):
                while not session.is_logged_in:
                    await self._exchange(session, connection)
            while True:
                await self._exchange(session, connection)
                self._note(session, connection)
        except (Unwelcome, TimeoutError):
            await connection.close(CloseCode.POLICY_VIOLATION)
        except ConnectionClosed:
            pass
        finally:
            self._subscribers.discard(connection)

    async def _exchange(self, session: Session, connection: ServerConnection) -> None:
        """Takes one message and answers it."""
        if answer := session.answer(await connection.recv(decode=False)):
            await connection.send(answer, text=True)

    def _note(self, session: Session, connection: ServerConnection) -> None:
        if session.is_subscribed:
            self._subscribers.add(connection)
        else:
            self._subscribers.discard(connection)

    def push(self, text: bytes) -> None:
        """Hands a text message to the sockets of all subscribers."""
        broadcast(self._subscribers, text, text=True)


def answer_health(connection: ServerConnection, request: Request) -> Response | None:
    """Answers a request that is none for a session."""
    return connection.respond(http.HTTPStatus.OK, "ok") if request.path == "/healthz" else None


async def serve(arguments: argparse.Namespace, stop: asyncio.Event) -> None:
    logging.getLogger("websockets").setLevel(logging.ERROR)
    sessions = Sessions(arguments.domain, arguments.password, arguments.data)
    sessions.numbers.add(arguments.number)
    listener = peer.listening_socket(arguments.port)
    async with serve_websockets(
        sessions.serve,
        sock=listener,
        backlog=peer.BACKLOG,
        compression=None,
        max_size=LONGEST_MESSAGE,
        ping_interval=SECONDS_BETWEEN_PINGS,
        close_timeout=peer.SECONDS_TO_END,
        process_request=answer_health,
    ):
        peer.announce(listener.getsockname()[1])
        await stop.wait()


if __name__ == "__main__":
    parser = peer.options(__doc__)
    parser.add_argument("--domain", default="example.com", help="the domain of the logins")
    parser.add_argument("--number", required=True, help="the phone number ID of the one number")
    parser.add_argument("--password", required=True, help="the password of the instance")
    peer.run(serve, parser.parse_args())
