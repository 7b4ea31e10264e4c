"""Sessions of the Settings plugin, as rules: what each message is answered with, and who has subscribed. Both peers with sessions share it."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import orjson

from appwebsocket import Gate, Message, Unwelcome, parse, result


class Numbers:
    """The numbers of one instance. A change is on the disk before anybody is told of it."""

    def __init__(self, folder: Path, push: Callable[[bytes], None]) -> None:
        self._push = push
        self._database = sqlite3.connect(folder / "numbers.sqlite", isolation_level=None)
        self._database.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS numbers (id TEXT PRIMARY KEY, number BLOB);"
        )
        self._numbers = {id: orjson.loads(number) for id, number in self._database.execute("SELECT id, number FROM numbers")}

    def add(self, id: str) -> None:
        """Makes a number with the members that the connector's numbers have."""
        self._keep({
            "id": id, "waba": "102030405060708", "name": "Example Trading", "display": "+49 30 123456", "app": "connect", "zone": "whatsapp",
            "tags": [], "licensed": True, "closedMessage": "", "readReceipts": True, "typing": False, "edits": "resend", "quality": "GREEN",
            "state": "ready", "rev": 1,
        })

    def all(self) -> list[Message]:
        return list(self._numbers.values())

    def update(self, message: Message) -> str | None:
        """Changes a number and tells the subscribers; returns why not, if so."""
        number = self._numbers.get(message.get("id"))
        if number is None:
            return "NOT_FOUND"
        if number["rev"] != message.get("rev"):
            return "CONFLICT"
        changes = {name: message[name] for name in message.keys() & number.keys() - {"id", "rev"}}
        changed = number | changes | {"rev": number["rev"] + 1}
        self._keep(changed)
        self._push(orjson.dumps({"api": "WhatsAppAdmin", "mt": "NumberInfo", "number": changed}))
        return None

    def _keep(self, number: Message) -> None:
        self._database.execute("INSERT OR REPLACE INTO numbers VALUES (?, ?)", (number["id"], orjson.dumps(number)))
        self._numbers[number["id"]] = number


class Session:
    """The server's side of one session. Raises `Unwelcome` if it is to be closed."""

    __slots__ = ("_gate", "_numbers", "is_subscribed")

    def __init__(self, domain: str, password: str, numbers: Numbers) -> None:
        self._gate: Gate | None = Gate(domain, password)
        self._numbers = numbers
        self.is_subscribed = False

    @property
    def is_logged_in(self) -> bool:
        return self._gate is None

    def answer(self, text: str | bytes) -> bytes | None:
        """The answer to a message, if it has one."""
        message = parse(text)
        if message is None:
            if self._gate is not None:
                raise Unwelcome
            return None
        answer = self._answer_to_guest(self._gate, message) if self._gate is not None else self._answer(message)
        return None if answer is None else orjson.dumps(answer)

    def _answer_to_guest(self, gate: Gate, message: Message) -> Message:
        answer = gate.answer(message)
        if gate.login is not None:
            # It is needed no more, and a thousand of them are not nothing.
            self._gate = None
        return answer

    def _answer(self, message: Message) -> Message | None:
        match (message.get("api"), message["mt"]):
            case (None, "KeepAlive"):
                return {name: message[name] for name in ("mt", "src") if name in message}
            case (None, "CheckBuild"):
                return result(message)
            case (None, "AppInfo"):
                return result(message, app=message.get("app"), info={}, serviceInfo={})
            case ("WhatsAppAdmin", "SubscribeNumbers"):
                self.is_subscribed = True
                return result(message, numbers=self._numbers.all())
            case ("WhatsAppAdmin", "GetNumbers"):
                return result(message, numbers=self._numbers.all())
            case ("WhatsAppAdmin", "UpdateNumber"):
                error = self._numbers.update(message)
                return result(message) if error is None else result(message, error=error)
            case ("WhatsAppAdmin", "UnsubscribeNumbers"):
                self.is_subscribed = False
                return result(message)
        return result(message, error="unknown mt") if "src" in message and not message["mt"].endswith("Result") else None
