"""Goes through a shared service's sign-up page in a real browser, with the lab as Meta: shared_service.py [--screenshots FOLDER]"""

import argparse
import base64
import hashlib
import http.server
import json
import os
import re
import subprocess
import tempfile
import threading
import urllib.error
import urllib.request
from pathlib import Path

from _accessibility import offences
from _chromium import chromium, click_and_close, folder_for_screenshots
from demo_page import BINARY
from playwright.sync_api import BrowserContext, Page, expect
from signup_dialog import NUMBER, SHOP, TRADING, Lab

KEY = "service-key-0123456789"


def text64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Instance(http.server.BaseHTTPRequestHandler):
    """Where the browser comes back to, and where notifications go."""

    returned: list[str] = []

    def do_GET(self):
        if self.path != "/favicon.ico":
            Instance.returned.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        try:
            self.wfile.write(b"<!doctype html><title>Back</title><h1>Back at the instance</h1>")
        except BrokenPipeError:
            pass  # The test has gone on to another page.

    def log_message(self, *_):
        pass


class Service:
    """The shared service of the built binary as a process of its own."""

    def __init__(self, lab: Lab, folder: Path, port: int):
        self.folder = folder
        (folder / "s.yaml").write_text(
            f"""
listen: 127.0.0.1:{port}
operations: 127.0.0.1:0
publicURL: http://127.0.0.1:{port}
dataDirectory: data
secretKeyFile: secret.key
verifyToken: verify-me-please
app: {{id: {lab.app}, secret: "{lab.secret}", configurationID: {lab.configuration}}}
graph: {{baseURL: "{lab.address}/graph"}}
sdkURL: {lab.address}/meta/sdk.js
connectors: [{{name: test, key: {KEY}}}]
"""
        )
        self.process = subprocess.Popen(
            [BINARY, "shared-service", "--config", folder / "s.yaml"], stderr=subprocess.PIPE, text=True
        )
        self.log = self.process.stderr.readline()
        while "ready" not in self.log:
            line = self.process.stderr.readline()
            assert line, self.log
            self.log += line
        self.address = f"http://127.0.0.1:{port}"

    def call(self, path: str, body: dict) -> dict:
        request = urllib.request.Request(
            f"{self.address}/v1/pairings{path}", json.dumps(body).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {KEY}"},
        )
        with urllib.request.urlopen(request) as response:
            return json.load(response)

    def end(self) -> str:
        self.process.terminate()
        log = self.log + self.process.communicate(timeout=30)[1]
        assert self.process.returncode == 0, log
        return log


class Pairing:
    def __init__(self, service: Service, instance: str, name: str = "example.com/whatsapp", **more):
        self.service = service
        secret = os.urandom(32)
        self.verifier = text64(secret)
        started = service.call(
            "",
            {
                "instance": name, "callback": f"{instance}/{name}", "returnAddress": f"{instance}/{name}/onboarding/abc",
                "mode": "relay", "kind": "full", "publicKey": text64(os.urandom(32)),
                "verifierDigest": text64(hashlib.sha256(secret).digest()), **more,
            },
        )
        self.id, self.page = started["id"], started["page"]

    def ask(self, verb: str) -> dict:
        return self.service.call(f"/{self.id}/{verb}", {"verifier": self.verifier})


def check_accessibility(page: Page, name: str):
    found = offences(page, "body")
    assert not found, (name, found)


def opened(page: Page) -> Page:
    with page.expect_popup() as popup:
        page.locator("#begin").press("Enter")
    expect(popup.value.locator("#step-account")).to_be_visible()
    return popup.value


def finish(dialog: Page, account: str, number: str):
    dialog.locator(f"#account-{account}").check()
    dialog.locator("#next").click()
    dialog.locator(f"#number-{number}").check()
    dialog.locator("#next").click()
    click_and_close(dialog.locator("#finish"))


def run(lab: Lab, service: Service, instance: str, context: BrowserContext, screenshots: Path):
    page = context.new_page()

    # The page says who gets access; a dialog that is closed, or fails, can be opened again.
    first = Pairing(service, instance, language="en")
    page.goto(first.page)
    expect(page.locator("#instance")).to_have_text("example.com/whatsapp")
    expect(page.locator("#address")).to_have_text(f"{instance}/example.com/whatsapp")
    expect(page.locator("#begin")).to_be_focused()
    check_accessibility(page, "sign-up page")
    page.screenshot(path=screenshots / "shared-service.png")
    click_and_close(opened(page).locator("#cancel"))
    expect(page.locator("#problem")).to_contain_text("ended before it was complete")
    opened(page).close(run_before_unload=True)
    expect(page.locator("#begin")).to_be_enabled()
    click_and_close(opened(page).locator("#fail"))
    expect(page.locator("#problem")).to_be_visible()
    expect(page.locator("#begin")).to_be_enabled()
    assert first.ask("status")["step"] == "waiting"

    # A second window goes on showing what the first one did.
    second = context.new_page()
    second.goto(first.page)
    finish(opened(page), TRADING, NUMBER)
    page.wait_for_url(re.compile("/onboarding/abc"))
    assert re.fullmatch(r"/example\.com/whatsapp/onboarding/abc\?code=[\w-]{43}", Instance.returned[-1]), Instance.returned
    assert first.ask("status")["step"] == "ready"
    finish(opened(second), TRADING, NUMBER)
    second.wait_for_url(re.compile("/onboarding/abc"))
    second.close()
    assert first.ask("acknowledge")["step"] == "acknowledged"

    # The message after the code, as an object; and no message at all.
    lab.call("signup", order="afterCode", objects=True)
    again = Pairing(service, instance)
    page.goto(again.page)
    finish(opened(page), TRADING, NUMBER)
    page.wait_for_url(re.compile("/onboarding/abc"))
    assert again.ask("status")["step"] == "ready"
    lab.call("signup", order="never", objects=False)
    silent = Pairing(service, instance)
    page.goto(silent.page)
    finish(opened(page), TRADING, NUMBER)
    page.wait_for_url(re.compile("/onboarding/abc"))
    assert silent.ask("status")["step"] == "ready"
    silent.ask("cancel")
    lab.call("signup", order="beforeCode")

    # The account of another instance: left there, then taken over.
    thief = Pairing(service, instance, "example.org/other", language="de")
    page.goto(thief.page)
    finish(opened(page), TRADING, NUMBER)
    expect(page.locator("#takeover")).to_be_visible()
    expect(page.locator("#decline")).to_be_focused()
    check_accessibility(page, "takeover")
    page.screenshot(path=screenshots / "shared-service-takeover.png")
    page.locator("#decline").press("Enter")
    expect(page.locator("#problem")).to_contain_text("gehört zu einer anderen Instanz")
    finish(opened(page), TRADING, NUMBER)
    page.locator("#confirm").click()
    page.wait_for_url(re.compile("/onboarding/abc"))
    assert thief.ask("status")["step"] == "ready"

    # A number that stays in the WhatsApp Business app.
    shared = Pairing(service, instance, "example.net/shop")
    page.goto(shared.page)
    page.locator("#coexistence").check()
    finish(opened(page), SHOP, "309080706050401")
    page.wait_for_url(re.compile("/onboarding/abc"))
    assert shared.ask("status")["step"] == "ready"

    # Who gives up is taken back.
    last = Pairing(service, instance)
    page.goto(last.page)
    page.locator("#cancel").click()
    expect(page.locator("#return-link")).to_be_visible()
    assert last.ask("status")["refusal"]["code"] == "cancelled"
    page.goto(f"{service.address}/signup/unknown")
    expect(page.locator("h1")).to_be_visible()
    page.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--screenshots", type=Path, help="folder for the screenshots (default: a temporary one)")
    screenshots = folder_for_screenshots(parser.parse_args().screenshots, "shared-service")
    lab = Lab()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Instance)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    instance = f"http://127.0.0.1:{server.server_address[1]}"
    with http.server.HTTPServer(("127.0.0.1", 0), Instance) as reserved:
        port = reserved.server_address[1]
    with tempfile.TemporaryDirectory() as folder:
        service = Service(lab, Path(folder), port)
        try:
            with chromium() as browser:
                context = browser.new_context(viewport={"width": 900, "height": 800})
                problems = []
                context.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
                context.on("weberror", lambda error: problems.append(str(error.error)))
                run(lab, service, instance, context, screenshots)
                unexpected = [text for text in problems if "400 (Bad Request)" not in text and "404 (Not Found)" not in text]
                assert not unexpected, unexpected
                context.close()
                for scheme in ["light", "dark"]:
                    context = browser.new_context(viewport={"width": 320, "height": 700}, color_scheme=scheme, locale="de-DE")
                    page = context.new_page()
                    page.goto(Pairing(service, instance).page)
                    expect(page.locator("#begin")).to_have_text("Weiter mit Meta")
                    expect(page.locator("#begin")).to_be_enabled()
                    check_accessibility(page, f"sign-up page, {scheme}, 320 px")
                    assert page.evaluate("document.documentElement.scrollWidth") <= 320
                    page.screenshot(path=screenshots / f"shared-service-320-{scheme}.png", full_page=True)
                    context.close()
        finally:
            log = service.end()
            lab.end()
        assert lab.secret not in log and KEY not in log, log
    print(f"shared service: passed; screenshots in {screenshots}")


if __name__ == "__main__":
    main()
