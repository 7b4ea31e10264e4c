"""Goes through the lab's sign-up dialog in a real browser, from a page of another port that uses the stand-in of the Facebook SDK:
signup_dialog.py [--screenshots FOLDER]
"""

import argparse
import http.server
import json
import re
import subprocess
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from _accessibility import offences
from _chromium import chromium, click_and_close, folder_for_screenshots
from demo_page import BINARY
from playwright.sync_api import Page, TimeoutError, expect

TRADING = "203040506070801"
SHOP = "304050607080901"
NUMBER = "209080706050401"
PAGE = """<!doctype html><title>Shared service</title><button id="login">Log in</button><script>
window.results = [];
window.fbAsyncInit = () => FB.init({ appId: "%(app)s", autoLogAppEvents: true, xfbml: true, version: "v25.0" });
window.addEventListener("message", ({ origin, data }) => {
  if (origin !== "%(lab)s") return;
  const message = typeof data === "string" ? JSON.parse(data) : data;
  if (message.type === "WA_EMBEDDED_SIGNUP") results.push({ ...message, isText: typeof data === "string" });
});
document.getElementById("login").addEventListener("click", () => FB.login(
  (response) => results.push({ status: response.status, code: response.authResponse?.code ?? null }),
  { config_id: "%(configuration)s", response_type: "code", override_default_response_type: true, extras: window.extras ?? { setup: {} } }));
</script><script src="%(lab)s/meta/sdk.js"></script>"""


class Lab:
    """The lab of the built binary as a process of its own, without a service."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen(
            [BINARY, "lab", "--listen", "127.0.0.1:0", "--service", "http://127.0.0.1:1", "--shared-service", "http://127.0.0.1:2"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=self.folder.name,
        )
        line = self.process.stderr.readline()
        self.address = re.search(r"http://127\.0\.0\.1:\d+", line).group()
        configuration = (Path(self.folder.name) / "lab-shared-service.yaml").read_text()
        fact = lambda name: re.search(rf'^  {name}: "(.+)"', configuration, re.M).group(1)  # noqa: E731
        self.app, self.secret, self.configuration = fact("id"), fact("secret"), fact("configurationID")

    def call(self, name: str, **arguments) -> dict:
        request = urllib.request.Request(
            f"{self.address}/lab/api/{name}", json.dumps(arguments).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request) as response:
            return json.load(response)

    def state(self) -> dict:
        with urllib.request.urlopen(f"{self.address}/lab/api/state") as response:
            return json.load(response)

    def exchange(self, code: str) -> dict:
        query = urllib.parse.urlencode({"client_id": self.app, "client_secret": self.secret, "code": code})
        try:
            with urllib.request.urlopen(f"{self.address}/graph/v25.0/oauth/access_token?{query}") as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            return json.load(error)

    def end(self):
        self.process.terminate()
        assert self.process.wait(30) == 0
        self.folder.cleanup()


class Service(http.server.BaseHTTPRequestHandler):
    """The page of a shared service, on a port of its own."""

    page = b""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.page)

    def log_message(self, *_):
        pass


def check_accessibility(dialog: Page, name: str):
    found = offences(dialog, "body")
    assert not found, (name, found)


def opened(page: Page, extras: dict | None = None) -> Page:
    page.evaluate("extras => { window.results.length = 0; window.extras = extras ?? undefined; }", extras)
    with page.expect_popup() as popup:
        page.locator("#login").click()
    dialog = popup.value
    expect(dialog.locator("#step-account")).to_be_visible()
    return dialog


def results(page: Page, count: int) -> list[dict]:
    try:
        page.wait_for_function("count => window.results.length >= count", arg=count, timeout=10_000)
    except TimeoutError as error:
        raise AssertionError(page.evaluate("window.results")) from error
    page.wait_for_timeout(200)
    found = page.evaluate("window.results")
    assert len(found) == count, found
    return found


def chosen(dialog: Page, account: str, number: str):
    dialog.locator(f"#account-{account}").check()
    dialog.locator("#next").click()
    dialog.locator(f"#number-{number}").check()


def last(dialog: Page):
    dialog.locator("#next").click()
    expect(dialog.locator("#step-last")).to_be_visible()


def run(lab: Lab, page: Page, screenshots: Path):
    # Finished: the message comes first, and the code is worth a token once.
    dialog = opened(page)
    check_accessibility(dialog, "sign-up, accounts")
    dialog.screenshot(path=screenshots / "signup-account.png")
    chosen(dialog, TRADING, NUMBER)
    check_accessibility(dialog, "sign-up, numbers")
    dialog.screenshot(path=screenshots / "signup-number.png")
    last(dialog)
    dialog.screenshot(path=screenshots / "signup-last.png")
    click_and_close(dialog.locator("#finish"))
    message, login = results(page, 2)
    assert message["event"] == "FINISH" and message["isText"], message
    assert message["data"]["phone_number_id"] == NUMBER and message["data"]["waba_id"] == TRADING, message
    assert login["status"] == "connected", login
    assert "access_token" in lab.exchange(login["code"])
    assert lab.exchange(login["code"])["error"]["error_subcode"] == 36009
    assert [number["id"] for number in lab.state()["numbers"]][1] == NUMBER

    # The code first, and the message as an object.
    lab.call("signup", order="afterCode", objects=True)
    dialog = opened(page)
    chosen(dialog, TRADING, "none")
    last(dialog)
    click_and_close(dialog.locator("#finish"))
    login, message = results(page, 2)
    assert login["code"] and message["event"] == "FINISH_ONLY_WABA" and not message["isText"], (login, message)
    lab.call("signup", order="beforeCode", objects=False)

    # Closing the last page counts as finished, and the code lives.
    dialog = opened(page)
    chosen(dialog, TRADING, "new")
    dialog.locator("#new-display").fill("12")
    dialog.locator("#next").click()
    expect(dialog.locator("#notice")).to_contain_text("7 to 15 digits")
    dialog.locator("#new-display").fill("+49 30 555 0099")
    dialog.locator("#new-name").fill("Example Trading Returns")
    last(dialog)
    dialog.close(run_before_unload=True)
    message, login = results(page, 2)
    assert message["event"] == "FINISH" and login["code"], (message, login)
    assert "access_token" in lab.exchange(login["code"])

    # Cancelled, closed before the end, and ended with an error: no code.
    dialog = opened(page)
    click_and_close(dialog.locator("#cancel"))
    message, login = results(page, 2)
    assert message["event"] == "CANCEL" and "current_step" in message["data"] and login["code"] is None, (message, login)
    dialog = opened(page)
    dialog.close(run_before_unload=True)
    message, login = results(page, 2)
    assert message["event"] == "CANCEL" and login["status"] == "unknown", (message, login)
    dialog = opened(page)
    click_and_close(dialog.locator("#fail"))
    message, login = results(page, 2)
    assert message["data"]["error_code"] and login["code"] is None, (message, login)

    # A number of the WhatsApp Business app only for a page that asks for such.
    dialog = opened(page)
    dialog.locator(f"#account-{SHOP}").check()
    dialog.locator("#next").click()
    expect(dialog.locator("#number-309080706050401")).to_be_disabled()
    click_and_close(dialog.locator("#cancel"))
    results(page, 2)
    dialog = opened(page, {"setup": {}, "featureType": "whatsapp_business_app_onboarding"})
    chosen(dialog, SHOP, "309080706050401")
    last(dialog)
    click_and_close(dialog.locator("#finish"))
    message, login = results(page, 2)
    assert message["event"] == "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING" and login["code"], (message, login)

    # No message at all.
    lab.call("signup", order="never")
    dialog = opened(page)
    chosen(dialog, TRADING, NUMBER)
    last(dialog)
    click_and_close(dialog.locator("#finish"))
    (login,) = results(page, 1)
    assert login["code"], login


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--screenshots", type=Path, help="folder for the screenshots (default: a temporary one)")
    screenshots = folder_for_screenshots(parser.parse_args().screenshots, "signup-dialog")
    lab = Lab()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
    Service.page = (PAGE % {"app": lab.app, "lab": lab.address, "configuration": lab.configuration}).encode()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with chromium() as browser:
            for scheme in ["light", "dark"]:
                context = browser.new_context(color_scheme=scheme)
                page = context.new_page()
                problems = []
                context.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
                context.on("weberror", lambda error: problems.append(str(error.error)))
                page.goto(f"http://localhost:{server.server_address[1]}/")
                page.wait_for_function("window.FB !== undefined")
                page.wait_for_timeout(100)
                if scheme == "light":
                    run(lab, page, screenshots)
                    expected = [text for text in problems if "400 (Bad Request)" in text]
                    assert problems == expected, problems
                else:
                    dialog = opened(page)
                    check_accessibility(dialog, "sign-up, dark")
                    dialog.screenshot(path=screenshots / "signup-dark.png")
                context.close()
    finally:
        server.shutdown()
        lab.end()
    print("The sign-up dialog works.")


if __name__ == "__main__":
    main()
