"""The connector and its peers, each started anew for each measurement, with an empty folder of its own."""

import json
import re
import shutil
import sqlite3
import subprocess
import sys
import urllib.request
from pathlib import Path

from processes import Process, answers, free_port, wait

SECRET = "app-secret-of-the-bench"
PASSWORD = "password-of-the-bench"
DOMAIN = "example.com"
INSTANCE = "whatsapp"
NUMBER = "100200300400500"
ACCOUNT = "102030405060708"
PEERS = Path(__file__).parent / "peers"


def wamids(body: bytes) -> list[str]:
    """The wamids of the messages in a webhook's body."""
    return re.findall(r'"id":"(wamid\.[^"]+)"', body.decode())


class Contestant:
    """A server that is measured."""

    name: str

    def __init__(self, folder: Path):
        self.folder = folder
        self.process: Process | None = None

    def __enter__(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.start()
        return self

    def __exit__(self, *_):
        self.process.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self):
        """Starts it on what is in its folder; returns when it answers."""
        raise NotImplementedError

    webhook: str
    health: str

    def stored(self) -> set[str]:
        """The wamids of all messages that are on the disk, whether it runs or not."""
        raise NotImplementedError

    def has_done(self) -> bool:
        """Whether nothing of what it has taken is left to be taken apart."""
        return True


class Connector(Contestant):
    """The connector as it is installed, with one number and no PBX."""

    name = "connector"

    def __init__(self, folder: Path, binary: Path):
        super().__init__(folder)
        self.binary = binary

    def start(self):
        self.serve(free_port(), "http://127.0.0.1:9", SECRET, PASSWORD, "token-of-the-bench", NUMBER)

    def serve(self, port: int, graph: str, secret: str, password: str, token: str, number: str):
        """Starts it at a port, with one account of one number at a Graph API."""
        operations = free_port()
        base = f"http://127.0.0.1:{port}"
        self.webhook = f"{base}/{DOMAIN}/{INSTANCE}/webhook"
        self.sessions = f"ws://127.0.0.1:{port}/{DOMAIN}/{INSTANCE}/innovaphone.whatsappmanager"
        self.health = f"http://127.0.0.1:{operations}/healthz"
        configuration = self.folder / "connector.yaml"
        configuration.write_text(f"""
listen: 127.0.0.1:{port}
operations: 127.0.0.1:{operations}
publicURL: {base}
dataDirectory: {self.folder}/data
secretKeyFile: {self.folder}/secret.key
instances:
  - domain: {DOMAIN}
    name: {INSTANCE}
    password: {password}
    graph: {{baseURL: "{graph}", version: v25.0, appSecret: {secret}, verifyToken: verify-token-of-the-bench}}
    connect: {{profile: public}}
    accounts:
      - waba: "{ACCOUNT}"
        token: {token}
        numbers:
          - {{id: "{number}", app: connect, zone: whatsapp, tags: [], licensed: true}}
""")
        self.process = Process([self.binary, "serve", "--config", configuration, "--log-level", "error"], self.folder)
        wait("the connector", lambda: answers(self.health), pause=0.002)

    @property
    def database(self) -> Path:
        return next((self.folder / "data").rglob(f"{INSTANCE}.sqlite"))

    def read(self, query: str) -> list[tuple]:
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as database:
            return database.execute(query).fetchall()

    def stored(self) -> set[str]:
        events = {wamid for wamid, in self.read("SELECT wamid FROM inbound_events")}
        bodies = self.read("SELECT body FROM webhooks JOIN pending_webhooks USING (id)")
        return events | {wamid for body, in bodies for wamid in wamids(body)}

    def has_done(self) -> bool:
        return self.read("SELECT count(*) FROM pending_webhooks") == [(0,)]


class Peer(Contestant):
    """A program in `peers`."""

    program: str
    options: list[str] = []

    def __init__(self, folder: Path, python: Path):
        super().__init__(folder)
        self.python = python

    def start(self):
        command = [self.python, PEERS / self.program, "--data", self.folder, *self.options]
        self.process = Process(command, self.folder, output=subprocess.PIPE)
        words = self.process.popen.stdout.readline().split()
        if words[:1] != ["ready"]:
            sys.exit(f"{self.name} does not start:\n{self.process.errors.read_text()}")
        self.port = int(words[1])
        self.webhook = f"http://127.0.0.1:{self.port}/webhook"
        self.health = f"http://127.0.0.1:{self.port}/healthz"

    def stored(self) -> set[str]:
        with sqlite3.connect(self.folder / "ledger.sqlite") as database:
            return {key for key, in database.execute("SELECT key FROM events WHERE kind = 'message'")}


class Aiohttp(Peer):
    """aiohttp, orjson and SQLite with group commit."""

    name = "aiohttp"
    program = "receiver.py"
    options = ["--secret", SECRET]


class Pywa(Peer):
    """pywa made to answer after its handlers, which keep the message: as durable as the others."""

    name = "pywa"
    program = "pywa_receiver.py"
    options = ["--secret", SECRET, "--path", "/webhook", "--answer", "after"]

    def stored(self) -> set[str]:
        # It keeps every body, also one of which pywa can make no update.
        with sqlite3.connect(self.folder / "ledger.sqlite") as database:
            return {wamid for body, in database.execute("SELECT body FROM webhooks") for wamid in wamids(body)}


class PywaAsShipped(Pywa):
    """pywa as it is shipped, which answers before its handlers have run. What it has answered can be lost, so it is no match."""

    name = "pywa as shipped"
    options = ["--secret", SECRET, "--path", "/webhook", "--answer", "before"]


class SessionsAiohttp(Peer):
    """The same sessions with aiohttp."""

    name = "aiohttp"
    program = "sessions_aiohttp.py"
    options = ["--password", PASSWORD, "--domain", DOMAIN, "--number", NUMBER]

    def start(self):
        super().start()
        self.sessions = f"ws://127.0.0.1:{self.port}/{DOMAIN}/{INSTANCE}/innovaphone.whatsappmanager"


class SessionsWebsockets(SessionsAiohttp):
    """The same sessions with websockets."""

    name = "websockets"
    program = "sessions_websockets.py"


class Media(Peer):
    """aiohttp that passes files on, by way of its disk."""

    name = "aiohttp"
    program = "media.py"
    options = ["--spool"]


class HelloAiohttp(Peer):
    """aiohttp that does nothing but answer."""

    name = "aiohttp"
    program = "hello_aiohttp.py"


class HelloNode(Peer):
    """node that does nothing but answer."""

    name = "node"
    program = "hello.js"

    def __init__(self, folder: Path):
        super().__init__(folder, Path("node"))


class Lab:
    """The simulated PBX, Connect and Graph API, which dial the contestant. Its ports stay the same."""

    SECRET = "lab-app-secret"
    PASSWORD = "lab-instance-1"
    TOKEN = "LAB-ACCESS-TOKEN"
    NUMBER = "109080706050403"

    def __init__(self, folder: Path, binary: Path):
        self.folder = folder
        self.binary = binary
        self.port, self.service_port = free_port(), free_port()

    def __enter__(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        command = [self.binary, "lab", "--listen", f"127.0.0.1:{self.port}", "--service", f"http://127.0.0.1:{self.service_port}"]
        self.process = Process(command, self.folder)
        wait("the lab", self.state)
        return self

    def __exit__(self, *_):
        self.process.end()

    def state(self) -> dict:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/lab/api/state", timeout=60) as answer:
            return json.load(answer)

    def wait_for_connect(self):
        wait("Connect", lambda: self.state()["connectLogins"])

    def posts(self, prefix: str) -> dict[int, int]:
        """When each message whose wamid begins so was posted, in milliseconds since 1970, by its number."""
        found = {}
        for post in self.state()["posts"]:
            if match := re.search(rf"wamid\.{prefix}(\d+)", post["text"]):
                found.setdefault(int(match.group(1)), post["at"])
        return found


class JoinedConnector(Connector):
    """The connector with the lab's PBX."""

    def __init__(self, folder: Path, binary: Path, lab: Lab):
        super().__init__(folder, binary)
        self.lab = lab

    def start(self):
        graph = f"http://127.0.0.1:{self.lab.port}/graph"
        self.serve(self.lab.service_port, graph, Lab.SECRET, Lab.PASSWORD, Lab.TOKEN, Lab.NUMBER)

    def posted(self) -> int:
        return self.read("SELECT count(*) FROM inbound_events WHERE state IN ('posted', 'merged')")[0][0]


class Bridge(Peer):
    """aiohttp on the way to Connect too: a receiver, a queue in SQLite, and a WebSocket client."""

    name = "aiohttp"
    program = "bridge.py"

    def __init__(self, folder: Path, python: Path, lab: Lab):
        super().__init__(folder, python)
        self.options = [
            "--port", str(lab.service_port), "--secret", Lab.SECRET, "--password", Lab.PASSWORD, "--domain", DOMAIN, "--topic", INSTANCE,
        ]

    def posted(self) -> int:
        with sqlite3.connect(self.folder / "ledger.sqlite") as database:
            return database.execute("SELECT count(*) FROM events WHERE posted IS NOT NULL").fetchone()[0]
