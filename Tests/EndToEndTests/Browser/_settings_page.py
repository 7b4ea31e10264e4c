"""The demo's Settings page as an administrator sees it, and the simulated PBX behind it."""

import json
import re
import urllib.request
from collections.abc import Callable
from pathlib import Path

from _accessibility import offences
from playwright.sync_api import Browser, Locator, WebSocketRoute, expect

PREFIX = "#test-innovaphone-whatsapp-"
INSTANCE = re.compile(r"innovaphone\.whatsappmanager$")
PBX = re.compile(r"/pbx/admin$")
# Sends requests to the PBX as an administrator whom nobody sees.
ADMINISTRATE = """
async requests => {
  const { pbx, password, domain } = await (await fetch("/lab/api/settings")).json();
  await new Promise(resolve => {
    const connection = new innovaphone.appwebsocket.Connection(pbx, "-", password, domain, async () => {
      for (const request of requests) await new Promise(next => connection.sendSrc({ api: "PbxAdminApi", ...request }, next));
      connection.close();
      resolve();
    });
  });
}
"""


class Lab:
    """The control API of the demo."""

    def __init__(self, address: str):
        self.address = address

    def read(self, path: str):
        return json.load(urllib.request.urlopen(f"{self.address}/lab/api/{path}", timeout=10))

    def tell(self, path: str, **fields):
        request = urllib.request.Request(
            f"{self.address}/lab/api/{path}", json.dumps(fields).encode(), {"Content-Type": "application/json"})
        return json.load(urllib.request.urlopen(request, timeout=10))

    def refuse(self, message: str, error: str = "not now", times: int = 1):
        """The PBX (or its App Platform) answers the administrator's next such message with an error."""
        self.tell("fault", system="admin", kind="error", message=message, error=error, times=times)

    def objects(self) -> dict[str, dict]:
        return {each["name"]: each for each in self.read("objects")["objects"]}

    def newest(self) -> int:
        entries = self.read("wire")["entries"]
        return entries[-1]["number"] if entries else 0

    def sent(self, after: int, message: str | None = None) -> list[dict]:
        """What the page sent to the PBX and the App Platform since then; passwords are not to be seen."""
        entries = self.read(f"wire?after={after}")["entries"]
        messages = [json.loads(each["text"]) for each in entries if each["system"] == "admin" and each["direction"] == "fromService"]
        return [each for each in messages if message in (None, each["mt"])]


class SettingsPage:
    """One administrator's browser with the plugin open."""

    def __init__(
        self, browser: Browser, address: str, screenshots: Path, language: str = "en", scheme: str = "light", width: int = 1000,
        rewrite: Callable[[dict], dict] | None = None,
    ):
        """`rewrite` changes what the page sends to the PBX, as a PBX would read it that knows less."""
        self.lab = Lab(address)
        self.screenshots = screenshots
        self.tag = f"{language}-{scheme}"
        self.page = browser.new_context(
            viewport={"width": width, "height": 900}, locale="en-GB", timezone_id="Europe/Berlin", accept_downloads=True).new_page()
        self.page.set_default_timeout(15_000)
        self.complaints: list[str] = []
        self.sockets: list[WebSocketRoute] = []
        self.is_cut = False
        self.page.on("pageerror", lambda error: self.complaints.append(f"error in the page: {error}"))
        self.page.on("console", lambda line: self.complaints.append(line.text) if line.type in ("error", "warning") else None)
        self.page.route_web_socket(INSTANCE, self._route)
        if rewrite:
            self.page.route_web_socket(PBX, lambda socket: self._rewrite(socket, rewrite))
        self.page.goto(f"{address}/settings?lang={language}&scheme={scheme}")
        self.open()
        self.texts = self.page.evaluate("innovaphone.whatsappmanagertexts")
        self.language = language

    def open(self):
        self.page.locator("#tiles button").first.click()
        expect(self.page.locator("#plugin h1")).to_be_visible()

    def reload(self):
        self.page.reload()
        self.open()

    @staticmethod
    def _rewrite(socket: WebSocketRoute, rewrite: Callable[[dict], dict]):
        server = socket.connect_to_server()
        socket.on_message(lambda text: server.send(json.dumps(rewrite(json.loads(text)))))

    def _route(self, socket: WebSocketRoute):
        if self.is_cut:
            socket.close()
            return
        socket.connect_to_server()
        self.sockets.append(socket)

    def cut(self):
        """The connection to the instance is lost, and cannot be had again before `mend`."""
        self.is_cut = True
        for socket in self.sockets:
            socket.close()
        self.sockets.clear()

    def mend(self):
        self.is_cut = False

    def text(self, id: str, *values) -> str:
        text = self.texts[self.language][id]
        for index, value in enumerate(values):
            text = text.replace(f"${index}", str(value))
        return text

    def tab_to(self, target: Locator):
        """Goes there with the Tab key alone."""
        for _ in range(60):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to {target}")

    def button(self, id: str, *values) -> Locator:
        return self.page.locator("#plugin").get_by_role("button", name=self.text(id, *values), exact=True)

    def field(self, id: str) -> Locator:
        return self.page.locator("#plugin").get_by_label(self.text(id), exact=True).locator("visible=true")

    def hook(self, name: str) -> Locator:
        return self.page.locator(f'[id="test-innovaphone-whatsapp-{name}"]')

    def see(self, id: str, *values) -> Locator:
        found = self.page.locator("#plugin").get_by_text(self.text(id, *values)).first
        expect(found).to_be_visible(timeout=40_000)
        return found

    def heading(self, id: str):
        """The screen is there, and its heading has the focus."""
        heading = self.page.locator("#plugin").get_by_role("heading", level=1)
        expect(heading).to_have_text(self.text(id))
        return heading

    def check(self, name: str, whole: bool = True):
        """Takes a picture, and fails if a rule of accessibility is broken, in a window of 320 pixels as well."""
        for width in (1000, 320):
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.wait_for_timeout(250)
            self.page.screenshot(path=self.screenshots / f"{name}-{self.tag}-{width}.png", full_page=whole)
            found = offences(self.page)
            assert found == [], f"{name}, {width} pixels: " + "\n".join(found)
        self.page.set_viewport_size({"width": 1000, "height": 900})

    def end(self):
        complaints = [each for each in self.complaints if "WebSocket" not in each]
        assert complaints == [], complaints
        self.page.context.close()
