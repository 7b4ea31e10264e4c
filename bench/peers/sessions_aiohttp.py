"""AppWebsocket sessions with aiohttp: they log in, subscribe to the numbers, and are told of every change of a number.

A message from server to client is not masked, so its frame is the same for all: it is made once and handed to the transports as it is. Through
`WebSocketResponse.send_str` each session would encode and frame it anew, one coroutine each.
"""

import argparse
import asyncio
from pathlib import Path

from aiohttp import WSCloseCode, WSMsgType, web

import peer
from appwebsocket import LONGEST_MESSAGE, SECONDS_BETWEEN_PINGS, SECONDS_TO_LOG_IN, Unwelcome
from sessions import Numbers, Session

# A session that has not read so much is closed: it would be told more and more that is old.
MOST_UNREAD = 1 << 20
# First byte of a frame that is a whole text message, and of one that closes.
TEXT, CLOSE = 0x81, 0x88


class Sessions:
    """All sessions of one instance."""

    def __init__(self, domain: str, password: str, folder: Path) -> None:
        self.numbers = Numbers(folder, self.push)
        self._domain = domain
        self._password = password
        self._transports: set[asyncio.Transport] = set()
        self._subscribers: set[asyncio.Transport] = set()

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """Serves one session until it ends."""
        socket = web.WebSocketResponse(heartbeat=SECONDS_BETWEEN_PINGS, compress=False, max_msg_size=LONGEST_MESSAGE)
        await socket.prepare(request)
        session, transport = Session(self._domain, self._password, self.numbers), request.transport
        if transport is None:
            return socket
        self._transports.add(transport)
        try:
            async with asyncio.timeout(SECONDS_TO_LOG_IN):
                while not session.is_logged_in and await self._exchange(session, socket):
                    pass
            while await self._exchange(session, socket):
                self._note(session, transport)
        except (Unwelcome, TimeoutError):
            await socket.close(code=WSCloseCode.POLICY_VIOLATION)
        finally:
            self._transports.discard(transport)
            self._subscribers.discard(transport)
        return socket

    async def _exchange(self, session: Session, socket: web.WebSocketResponse) -> bool:
        """Takes one message and answers it; false once the connection has ended."""
        message = await socket.receive()
        if message.type is not WSMsgType.TEXT:
            return message.type is WSMsgType.BINARY
        if answer := session.answer(message.data):
            await socket.send_frame(answer, WSMsgType.TEXT)
        return True

    def _note(self, session: Session, transport: asyncio.Transport) -> None:
        if session.is_subscribed:
            self._subscribers.add(transport)
        else:
            self._subscribers.discard(transport)

    def push(self, text: bytes) -> None:
        """Hands a text message to the sockets of all subscribers."""
        data = frame(TEXT, text)
        for transport in list(self._subscribers):
            if transport.get_write_buffer_size() > MOST_UNREAD:
                self._subscribers.discard(transport)
                transport.abort()
            elif not transport.is_closing():
                transport.write(data)

    def close(self) -> None:
        """Ends all sessions."""
        farewell = frame(CLOSE, WSCloseCode.GOING_AWAY.to_bytes(2))
        for transport in self._transports:
            transport.write(farewell)
            transport.close()


def frame(kind: int, payload: bytes) -> bytes:
    """A message of one frame from a server (RFC 6455, 5.2)."""
    length = len(payload)
    if length < 126:
        return bytes([kind, length]) + payload
    if length < 1 << 16:
        return bytes([kind, 126]) + length.to_bytes(2) + payload
    return bytes([kind, 127]) + length.to_bytes(8) + payload


async def serve(arguments: argparse.Namespace, stop: asyncio.Event) -> None:
    sessions = Sessions(arguments.domain, arguments.password, arguments.data)
    sessions.numbers.add(arguments.number)

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        if "Upgrade" in request.headers:
            return await sessions.serve(request)
        return web.Response(text="ok") if request.path == "/healthz" else web.Response(status=404)

    listener = peer.listening_socket(arguments.port)
    async with peer.http_server(answer, listener):
        peer.announce(listener.getsockname()[1])
        await stop.wait()
        sessions.close()


if __name__ == "__main__":
    parser = peer.options(__doc__)
    parser.add_argument("--domain", default="example.com", help="the domain of the logins")
    parser.add_argument("--number", required=True, help="the phone number ID of the one number")
    parser.add_argument("--password", required=True, help="the password of the instance")
    peer.run(serve, parser.parse_args())
