"""The shared service is down for a day, and nothing is lost: service_outage.py [--screenshots FOLDER]

Lab, shared service and connector are three processes. An administrator joins an account in a browser; then the shared service ends, customers
write, a day passes at Meta, and the shared service comes back.
"""

import argparse
import re
import shutil
import tempfile
import time
from pathlib import Path

from _chromium import chromium, folder_for_screenshots
from _settings_page import Lab
from app_platform import Process, free_port
from first_message import Way, button, field, plugin_of
from onboarding import NUMBERS, signed_up
from playwright.sync_api import expect

TEXTS = [f"Written on the day without the service, {index}" for index in range(1, 6)]
DAY = 86_400


def joined(way: Way, number: str):
    page = way.page
    expect(page.locator("#manager-password-hint")).not_to_be_empty()
    page.locator("#manager-password").fill(page.locator("#manager-password-hint").text_content())
    page.locator("#add-platform-button").click()
    page.get_by_role("button", name="Connector for WhatsApp", exact=True).click()
    button(page, "Add Connector for WhatsApp").click()
    field(page, "Licenses").fill("1")
    button(page, "OK").click()
    expect(plugin_of(page)).to_contain_text("The connector was added and is connected.", timeout=60_000)
    signed_up(way, number, adds=False)


def posted(lab: Lab) -> list[str]:
    """The customer's texts in Connect, in their order."""
    posts = sorted(lab.read("state")["posts"], key=lambda post: (post["at"], post["id"]))
    return [text for post in posts for text in ["Before", *TEXTS] if f"<br>{text}" in post["text"]]


def wait(what: str, condition, seconds: int = 60, meanwhile=lambda: None):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, what
        meanwhile()
        time.sleep(0.2)


def run(way: Way, lab: Lab, shared: Process, start_again):
    number = next(iter(NUMBERS))
    joined(way, number)
    lab.tell("customer", customer="ada", text="Before", number=number)
    wait("the way is there", lambda: posted(lab) == ["Before"])

    shared.end()
    for text in TEXTS:
        lab.tell("customer", customer="ada", text=text, number=number)
    for _ in range(24):
        lab.tell("clock", advanceSeconds=DAY // 24)
        # Meta offers them again each time, as far as it is due.
        time.sleep(0.1)
    assert posted(lab) == ["Before"], posted(lab)
    assert not lab.read("state")["webhooks"]["idle"]

    start_again()
    wait("everything is posted", lambda: len(posted(lab)) > len(TEXTS), meanwhile=lambda: lab.tell("clock", advanceSeconds=600))
    wait("Meta has nothing left", lambda: lab.read("state")["webhooks"]["idle"])
    assert sorted(posted(lab)) == sorted(["Before", *TEXTS]), posted(lab)
    assert lab.read("state")["webhooks"]["givenUp"] == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--screenshots", type=Path, help="folder for the screenshots (default: a temporary one)")
    screenshots = folder_for_screenshots(parser.parse_args().screenshots, "service-outage")
    folder = Path(tempfile.mkdtemp(prefix="service-outage-data-"))
    processes: list[Process] = []

    def start(*arguments: str) -> Process:
        processes.append(Process(list(arguments), folder))
        return processes[-1]

    def start_shared() -> Process:
        process = start("shared-service", "--config", "lab-shared-service.yaml")
        process.wait("ready")
        return process

    try:
        service, shared = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
        lab = start("lab", "--listen", "127.0.0.1:0", "--service", service, "--shared-service", shared, "--empty", "--app-platform")
        address = lab.wait(r"The lab is at (http://127\.0\.0\.1:\d+)/").group(1)
        lab.wait("connect: {profile: public}", lab.output)
        (folder / "lab.yaml").write_text(re.sub("operations: .*", "operations: 127.0.0.1:0", "".join(lab.output)))
        first = start_shared()
        start("serve", "--config", "lab.yaml").wait("ready")
        with chromium() as browser:
            way = Way(browser, f"{address}/settings?lang=en&scheme=light", screenshots, "outage")
            try:
                run(way, Lab(address), first, start_shared)
                way.end()
            except BaseException:
                way.page.screenshot(path=screenshots / "failed.png", full_page=True)
                print("\n".join("".join(process.lines[-15:]) for process in processes), flush=True)
                raise
        for process in reversed(processes):
            if process is not first:
                process.end()
    finally:
        for process in processes:
            process.process.kill()
        shutil.rmtree(folder, ignore_errors=True)
    print("A day without the shared service costs nothing.")


if __name__ == "__main__":
    main()
