"""The AppWebsocket protocol of the innovaphone PBX: messages, digest, and the server's side of a login, without input and output.

orjson keeps the order of members and writes JSON without blanks and needless escapes, which is just the form that a digest covers.
"""

import hashlib
import hmac
import secrets
from typing import Any

import orjson

LONGEST_MESSAGE = 1 << 20
SECONDS_TO_LOG_IN = 60
SECONDS_BETWEEN_PINGS = 30

Message = dict[str, Any]


class Unwelcome(Exception):
    """The other side does what it may not do before a login; the connection is to be closed with 1008."""


def parse(text: str | bytes) -> Message | None:
    """A message; None if it is none."""
    try:
        message = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return message if isinstance(message, dict) and isinstance(message.get("mt"), str) else None


def result(of: Message, **members: Any) -> Message:
    """The result of a request, with its `api` and `src`."""
    answer: Message = {name: of[name] for name in ("api", "src") if name in of}
    return answer | {"mt": f"{of['mt']}Result"} | members


def digest(login: Message, challenge: str, password: str) -> str:
    """What proves that both ends know the password."""
    parts = [str(login.get(name) or "").encode() for name in ("app", "domain", "sip", "guid", "dn")]
    if login.get("info") is not None:
        parts.append(orjson.dumps(login["info"]))
    parts += [challenge.encode(), password.encode()]
    return hashlib.sha256(b":".join(parts)).hexdigest()


class Gate:
    """Lets in whoever logs in to a domain with its password. A challenge is good for one login."""

    def __init__(self, domain: str, password: str) -> None:
        self._domain = domain
        self._password = password
        self._challenge: str | None = None
        self.login: Message | None = None

    def answer(self, message: Message) -> Message:
        """The answer to a message of somebody who is not logged in yet."""
        match message["mt"]:
            case "CheckBuild":
                return result(message)
            case "AppChallenge":
                self._challenge = f"{secrets.randbelow(10**16):016}"
                return result(message, challenge=self._challenge)
            case "AppLogin":
                return self._log_in(message)
            case _:
                raise Unwelcome

    def _log_in(self, message: Message) -> Message:
        challenge, self._challenge = self._challenge, None
        if challenge is None or message.get("domain") != self._domain:
            return result(message)
        received = str(message.get("digest")).lower().encode()
        if not hmac.compare_digest(digest(message, challenge, self._password).encode(), received):
            return result(message)
        self.login = message
        return result(message, app=message.get("app") or "", ok=True, domain=self._domain)
