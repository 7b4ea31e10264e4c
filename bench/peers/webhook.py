"""The webhook that WhatsApp calls, as the peers receive it: signature, contents, and answers."""

import hashlib
import hmac
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, NamedTuple

import orjson
from aiohttp import web

SIGNATURE_HEADER = "X-Hub-Signature-256"
SIGNATURE_PREFIX = "sha256="
LARGEST_BODY = 4 << 20


class Event(NamedTuple):
    """A message of a customer, or a status of one of ours.

    The conversation is that of one business number and one customer. Only text messages have a text, and only messages the name of their sender.
    """

    key: str
    kind: str
    sender: str
    at: int
    conversation: str = ""
    name: str = ""
    text: str | None = None


Store = Callable[[bytes, list[Event]], Awaitable[None]]


class Webhook:
    """Answers the requests of WhatsApp: a POST with 200 as soon as `store` has returned, a GET with the challenge."""

    def __init__(self, secret: str, verify_token: str, store: Store) -> None:
        self._secret = secret.encode()
        self._verify_token = verify_token.encode()
        self._store = store

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.method == "POST":
            return await self._take(request)
        if request.method == "GET":
            return self._verify(request)
        return web.Response(status=405)

    async def _take(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        if not self._is_signed(body, request.headers.get(SIGNATURE_HEADER, "")):
            return web.Response(status=401)
        try:
            await self._store(body, events(body))
        except sqlite3.Error:
            # It is not stored, so WhatsApp has to send it again.
            return web.Response(status=503)
        return web.Response()

    def _is_signed(self, body: bytes, header: str) -> bool:
        if not header.startswith(SIGNATURE_PREFIX):
            return False
        try:
            signature = bytes.fromhex(header[len(SIGNATURE_PREFIX) :])
        except ValueError:
            return False
        return hmac.compare_digest(hmac.digest(self._secret, body, hashlib.sha256), signature)

    def _verify(self, request: web.BaseRequest) -> web.StreamResponse:
        query = request.query
        token = query.get("hub.verify_token", "").encode()
        if not self._verify_token or query.get("hub.mode") != "subscribe" or not hmac.compare_digest(token, self._verify_token):
            return web.Response(status=403)
        return web.Response(text=query.get("hub.challenge", ""))


def events(body: bytes) -> list[Event]:
    """The messages and statuses of a webhook. Whatever is not as it should be is left out and costs its neighbours nothing."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return []
    return [event for value in _values(document) for event in _events_of_value(value)]


def _values(document: Any) -> Iterator[dict]:
    for entry in _objects(document, "entry"):
        for change in _objects(entry, "changes"):
            value = change.get("value")
            if isinstance(value, dict):
                yield value


def _events_of_value(value: dict) -> Iterator[Event]:
    metadata = value.get("metadata")
    number = _text(metadata, "phone_number_id")
    contacts = _objects(value, "contacts")
    for message in _objects(value, "messages"):
        if key := _text(message, "id"):
            sender = _text(message, "from_user_id") or _text(message, "from")
            body = _text(message.get("text"), "body") if message.get("type") == "text" else None
            yield Event(key, "message", sender, _whole(message.get("timestamp")), f"{number}:{sender}", _name(message, contacts), body)
    for status in _objects(value, "statuses"):
        if key := _text(status, "id"):
            sender = _text(status, "recipient_user_id") or _text(status, "recipient_id")
            yield Event(f"{key}:{_text(status, 'status')}", "status", sender, _whole(status.get("timestamp")), f"{number}:{sender}")


def _name(message: dict, contacts: list[dict]) -> str:
    """How the sender of a message is called."""
    phone, user = _text(message, "from"), _text(message, "from_user_id")
    for contact in contacts:
        if (user and _text(contact, "user_id") == user) or (phone and _text(contact, "wa_id") == phone):
            profile = contact.get("profile")
            if name := _text(profile, "name") or _text(profile, "username"):
                return name
    return f"+{phone}" if phone else "WhatsApp customer"


def _objects(holder: Any, name: str) -> list[dict]:
    elements = holder.get(name) if isinstance(holder, dict) else None
    return [element for element in elements if isinstance(element, dict)] if isinstance(elements, list) else []


def _text(holder: Any, name: str) -> str:
    """A text, also where WhatsApp writes a number for it."""
    text = holder.get(name) if isinstance(holder, dict) else None
    if isinstance(text, str):
        return text
    return str(text) if isinstance(text, int) else ""


def _whole(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0
