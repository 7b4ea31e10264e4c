"""Adds the service's own App Platform to the simulated PBX, and sets the instance's password through it, with service and lab as two
processes and the Settings page in a real browser: app_platform.py [--screenshots FOLDER]
"""

import argparse
import re
import shutil
import socket
import subprocess
import tempfile
import threading
from pathlib import Path

from _accessibility import offences
from _chromium import chromium, folder_for_screenshots
from _settings_page import Lab
from demo_page import BINARY
from playwright.sync_api import Page, expect


class Process:
    """A command of the built binary; its lines are kept, and waited for."""

    def __init__(self, arguments: list[str], folder: Path):
        self.process = subprocess.Popen([BINARY, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder)
        self.lines: list[str] = []
        self.output: list[str] = []
        self._changed = threading.Condition()
        threading.Thread(target=self._read, args=(self.process.stderr, self.lines), daemon=True).start()
        threading.Thread(target=self._read, args=(self.process.stdout, self.output), daemon=True).start()

    def _read(self, stream, lines):
        for line in stream:
            with self._changed:
                lines.append(line)
                self._changed.notify_all()

    def wait(self, pattern: str, lines: list[str] | None = None) -> re.Match:
        """The first line of standard error, or of other lines, that fits."""
        with self._changed:
            where = self.lines if lines is None else lines
            found = lambda: next(filter(None, (re.search(pattern, line) for line in where)), None)  # noqa: E731
            assert self._changed.wait_for(found, 60), f"{pattern} did not come:\n" + "".join(self.lines)
            return found()

    def end(self):
        self.process.terminate()
        assert self.process.wait(30) == 0, "".join(self.lines)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def add_platform(page: Page, address: str, screenshots: Path):
    page.goto(f"{address}/settings?lang=en&scheme=light")
    expect(page.locator("#add-platform")).to_be_visible()
    page.locator("#manager-password").fill("wrong")
    page.locator("#add-platform-button").click()
    expect(page.locator("#notice")).to_contain_text("The manager password is wrong")
    # A part of the page has no main heading.
    found = [each for each in offences(page, "#add-platform") if each != "0 main headings"]
    assert not found, found
    page.screenshot(path=screenshots / "add-platform.png")
    page.locator("#manager-password").fill(page.locator("#manager-password-hint").text_content())
    page.locator("#add-platform-button").click()
    expect(page.locator("#tiles button")).to_have_count(1)
    expect(page.locator("#add-platform")).to_be_hidden()


def run(page: Page, lab: Lab, service: Process, screenshots: Path):
    add_platform(page, lab.address, screenshots)
    assert "ap" in lab.objects()
    service.wait("A domain is registered at the App Platform")

    # The plugin comes from the service, and is logged in by it.
    page.locator("#tiles button").click()
    expect(page.locator("#plugin h1")).to_be_visible()
    expect(page.locator("#test-innovaphone-whatsapp-add")).to_be_visible()
    service.wait("The App Platform gave out a login")
    page.screenshot(path=screenshots / "plugin.png")

    # An app object that is made in the plugin gets a new password, and so does the instance, which this lab did not start.
    page.locator("#test-innovaphone-whatsapp-add").click()
    page.locator("#test-innovaphone-whatsapp-ok").click()
    service.wait("The App Platform set an instance's password")
    page.wait_for_function(
        "async () => (await (await fetch('/lab/api/objects')).json()).isConnected", timeout=30_000)
    assert lab.objects()["whatsapp"]["hasPassword"]

    # The PBX knows the App Platform from now on.
    page.reload()
    expect(page.locator("#tiles button")).to_have_count(1)
    expect(page.locator("#add-platform")).to_be_hidden()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--screenshots", type=Path, help="folder for the screenshots (default: a temporary one)")
    screenshots = folder_for_screenshots(parser.parse_args().screenshots, "app-platform")
    folder = Path(tempfile.mkdtemp(prefix="app-platform-data-"))
    processes: list[Process] = []
    try:
        port = free_port()
        lab = Process(["lab", "--listen", "127.0.0.1:0", "--service", f"http://127.0.0.1:{port}", "--empty", "--app-platform"], folder)
        processes.append(lab)
        address = lab.wait(r"The lab is at (http://127\.0\.0\.1:\d+)/").group(1)
        lab.wait("connect: {profile: public}", lab.output)
        configuration = "".join(lab.output)
        (folder / "lab.yaml").write_text(re.sub("operations: .*", "operations: 127.0.0.1:0", configuration))
        service = Process(["serve", "--config", "lab.yaml"], folder)
        processes.append(service)
        service.wait("ready")
        with chromium() as browser:
            page = browser.new_context(viewport={"width": 1000, "height": 900}, locale="en-GB").new_page()
            page.set_default_timeout(15_000)
            complaints: list[str] = []
            page.on("pageerror", lambda error: complaints.append(f"error in the page: {error}"))
            page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
            try:
                run(page, Lab(address), service, screenshots)
            except BaseException:
                page.screenshot(path=screenshots / "failed.png", full_page=True)
                print("".join(service.lines[-20:]), complaints)
                raise
            unexpected = [each for each in complaints if "400 (Bad Request)" not in each]
            assert not unexpected, unexpected
        for process in reversed(processes):
            process.end()
    finally:
        for process in processes:
            process.process.kill()
        shutil.rmtree(folder, ignore_errors=True)
    print("The mini App Platform works.")


if __name__ == "__main__":
    main()
