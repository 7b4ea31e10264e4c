"""The PBX's connections to the bridge: the PBX logs in, lists its services, and gives logins to them (AppWebsocket, Services API)."""

import asyncio
import itertools
from typing import Any, NamedTuple

import orjson
from aiohttp import WSCloseCode, WSMsgType, web

from appwebsocket import LONGEST_MESSAGE, SECONDS_BETWEEN_PINGS, SECONDS_TO_LOG_IN, Gate, Message, Unwelcome, parse, result

CONNECT_API = "com.innovaphone.connect"
SERVICES_API = "Services"
SECONDS_FOR_LOGIN = 10
SECONDS_TO_CLOSE = 1


class LoginRefused(Exception):
    """There is no login to the service that was asked for."""


class Link:
    """One logged-in connection of the PBX."""

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self._socket = socket
        self._sources = (f"services{number}" for number in itertools.count())
        self._waiting: dict[str, asyncio.Future[Message]] = {}
        self.services: list[dict[str, Any]] = []
        self.ended = asyncio.Event()

    async def send(self, message: Message) -> None:
        await self._socket.send_frame(orjson.dumps(message), WSMsgType.TEXT)

    async def subscribe(self) -> None:
        """Asks for the list of services, and for every change of it."""
        await self.send({"api": SERVICES_API, "mt": "SubscribeServices", "src": next(self._sources)})

    async def service_login(self, name: str, challenge: str) -> Message:
        """A login to a service, made by the PBX for this challenge; it goes to the service unaltered."""
        source = next(self._sources)
        answer = self._waiting[source] = asyncio.get_running_loop().create_future()
        try:
            await self.send({"api": SERVICES_API, "mt": "GetServiceLogin", "src": source, "app": name, "challenge": challenge})
            async with asyncio.timeout(SECONDS_FOR_LOGIN):
                login = await answer
        finally:
            del self._waiting[source]
        if login.get("error") or "digest" not in login:
            raise LoginRefused(f"the PBX gives no login to {name}: {login.get('errorText') or login.get('error')}")
        return {"mt": "AppLogin"} | {name: value for name, value in login.items() if name not in ("api", "mt", "src", "salt", "key")}

    def take(self, message: Message) -> None:
        """Takes a message of the Services API."""
        if message["mt"] == "ServicesInfo":
            services = message.get("services")
            self.services = [service for service in services if isinstance(service, dict)] if isinstance(services, list) else []
        elif message["mt"] == "GetServiceLoginResult" and (answer := self._waiting.get(str(message.get("src")))) and not answer.done():
            answer.set_result(message)

    async def close(self) -> None:
        await self._socket.close(code=WSCloseCode.GOING_AWAY)

    def end(self) -> None:
        """The connection has ended, and what it gave is void."""
        self.ended.set()
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(LoginRefused("the PBX has closed its connection"))


class Offer(NamedTuple):
    """Where Connect is, and which connection gives logins to it."""

    link: Link
    name: str
    url: str


class Pbx:
    """All connections of the PBX; the newest one counts."""

    def __init__(self, domain: str, password: str, app: str) -> None:
        self._domain = domain
        self._password = password
        self._app = app
        self._links: list[Link] = []
        self._changed = asyncio.Condition()

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """Serves one AppWebsocket connection until it ends."""
        socket = web.WebSocketResponse(
            heartbeat=SECONDS_BETWEEN_PINGS, timeout=SECONDS_TO_CLOSE, compress=False, max_msg_size=LONGEST_MESSAGE
        )
        await socket.prepare(request)
        try:
            async with asyncio.timeout(SECONDS_TO_LOG_IN):
                login = await self._log_in(socket)
            if login is not None and is_app_object(login):
                await self._hold(Link(socket), socket)
        except (Unwelcome, TimeoutError):
            await socket.close(code=WSCloseCode.POLICY_VIOLATION)
        return socket

    async def _log_in(self, socket: web.WebSocketResponse) -> Message | None:
        """The login; None if the connection has ended before."""
        gate = Gate(self._domain, self._password)
        while gate.login is None:
            received = await socket.receive()
            if received.type is not WSMsgType.TEXT:
                return None
            message = parse(received.data)
            if message is None:
                raise Unwelcome
            await socket.send_frame(orjson.dumps(gate.answer(message)), WSMsgType.TEXT)
        return gate.login

    async def _hold(self, link: Link, socket: web.WebSocketResponse) -> None:
        self._links.append(link)
        try:
            async for received in socket:
                if received.type is WSMsgType.TEXT and (message := parse(received.data)):
                    await self._take(link, message)
        finally:
            self._links.remove(link)
            link.end()

    async def _take(self, link: Link, message: Message) -> None:
        match (message.get("api"), message["mt"]):
            case (None, "PbxInfo"):
                if SERVICES_API in message.get("apis", []):
                    await link.subscribe()
            case (None, "AppInfo"):
                await link.send(result(message, app=message.get("app"), info={"hidden": True, "apis": {}}, serviceInfo={"apis": {}}))
            case (None, "KeepAlive"):
                await link.send({name: message[name] for name in ("mt", "src") if name in message})
            case ("Services", _):
                link.take(message)
                async with self._changed:
                    self._changed.notify_all()

    async def connect_offer(self) -> Offer:
        """Connect as the newest connection lists it, as soon as one does."""
        async with self._changed:
            while (offer := self._present_offer()) is None:
                await self._changed.wait()
            return offer

    async def close(self) -> None:
        """Ends all connections."""
        await asyncio.gather(*(link.close() for link in self._links))

    def _present_offer(self) -> Offer | None:
        """The moderator entry, which may write for others, or else the plain one."""
        for link in reversed(self._links):
            urls = {str(service.get("name")).lower(): str(service.get("url")) for service in link.services if offers_connect(service)}
            for name in (f"{self._app}~moderator", self._app):
                if name in urls:
                    return Offer(link, name, urls[name])
        return None


def is_app_object(login: Message) -> bool:
    """Whether it is the PBX's own connection, and not that of a user."""
    info = login.get("info")
    return isinstance(info, dict) and info.get("appobj") == login.get("sip")


def offers_connect(service: dict[str, Any]) -> bool:
    info = service.get("info")
    apis = info.get("apis", info) if isinstance(info, dict) else None
    return isinstance(apis, dict) and CONNECT_API in apis
