"""The bridge's connection to Connect: it logs in with the PBX's help, posts what is to be posted, and comes back when it was lost."""

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any

import aiohttp
import orjson
from aiohttp import ClientWebSocketResponse, WSMsgType
from aiohttp.client_exceptions import WSServerHandshakeError

from appwebsocket import LONGEST_MESSAGE, SECONDS_BETWEEN_PINGS, Message, parse
from pbx import LoginRefused, Offer, Pbx
from posting import Poster

SECONDS_BETWEEN_ATTEMPTS = 1
SECONDS_TO_LOG_IN = 30


class ConnectionLost(Exception):
    """The connection has ended, or is to be given up."""


class ConnectLine:
    """Keeps one connection to Connect as long as it runs."""

    def __init__(self, pbx: Pbx, poster: Poster) -> None:
        self._pbx = pbx
        self._poster = poster

    async def run(self) -> None:
        """Connects again and again, until cancelled."""
        async with aiohttp.ClientSession() as client:
            while True:
                offer = await self._pbx.connect_offer()
                try:
                    await self._hold(client, offer)
                except (ConnectionLost, LoginRefused, aiohttp.ClientError, OSError) as error:
                    print(f"Connect is away: {error}", file=sys.stderr)
                await asyncio.sleep(SECONDS_BETWEEN_ATTEMPTS)

    async def _hold(self, client: aiohttp.ClientSession, offer: Offer) -> None:
        """Posts over one connection; raises when it has ended."""
        async with asyncio.timeout(SECONDS_TO_LOG_IN):
            socket = await open_socket(client, offer.url)
        async with socket:
            async with asyncio.timeout(SECONDS_TO_LOG_IN):
                await log_in(socket, offer)
            try:
                await until_one_ends(self._send(socket), self._receive(socket), self._watch_answers(), watch_link(offer))
            finally:
                self._poster.connection_lost()

    async def _send(self, socket: ClientWebSocketResponse) -> None:
        while True:
            await socket.send_frame(orjson.dumps(await self._poster.next_request()), WSMsgType.TEXT)

    async def _receive(self, socket: ClientWebSocketResponse) -> None:
        async for received in socket:
            if received.type is WSMsgType.TEXT and (message := parse(received.data)) and message["mt"] == "PostResult":
                self._poster.answered(message)
        raise ConnectionLost("the connection has ended")

    async def _watch_answers(self) -> None:
        while not self._poster.is_overdue():
            await asyncio.sleep(1)
        raise ConnectionLost("an answer is overdue")


async def watch_link(offer: Offer) -> None:
    """Ends with the PBX's connection that gave the login: what it gave is void then."""
    await offer.link.ended.wait()
    raise ConnectionLost("the PBX has closed its connection")


async def until_one_ends(*parts: Coroutine[Any, Any, None]) -> None:
    """Runs all parts until the first of them ends or fails, and cancels the others."""
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in ended:
        task.result()


async def open_socket(client: aiohttp.ClientSession, url: str) -> ClientWebSocketResponse:
    """Connects to a service at its URL without the last segment, or to the whole URL if there is nothing."""
    for address in (url.rsplit("/", 1)[0], url):
        try:
            return await client.ws_connect(address, heartbeat=SECONDS_BETWEEN_PINGS, compress=0, max_msg_size=LONGEST_MESSAGE)
        except WSServerHandshakeError as error:
            if error.status not in (400, 404):
                raise
    raise ConnectionLost(f"there is no WebSocket at {url}")


async def log_in(socket: ClientWebSocketResponse, offer: Offer) -> None:
    """Logs in to a service; raises if it refuses."""
    await socket.send_frame(orjson.dumps({"mt": "AppChallenge"}), WSMsgType.TEXT)
    # Older services write it as a number; what counts is its text.
    challenge = str((await receive(socket, "AppChallengeResult")).get("challenge", ""))
    login = await offer.link.service_login(offer.name, challenge)
    await socket.send_frame(orjson.dumps(login), WSMsgType.TEXT)
    answer = await receive(socket, "AppLoginResult")
    if not answer.get("ok"):
        raise LoginRefused(f"Connect refused the login: {answer.get('errorText') or answer.get('error')}")


async def receive(socket: ClientWebSocketResponse, name: str) -> Message:
    """The next message of that name."""
    async for received in socket:
        if received.type is WSMsgType.TEXT and (message := parse(received.data)) and message["mt"] == name:
            return message
    raise ConnectionLost("the connection has ended before the login")
