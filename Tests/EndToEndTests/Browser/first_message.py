"""From nothing to the first WhatsApp message, with nothing but a browser: first_message.py [--screenshots FOLDER] [--only WORD]

Once with the plugin in Settings, and once with the connector's own settings page and an app object that is made by hand. Each way begins
with a demo of its own, in which nothing is set up.
"""

import argparse
import re
from collections.abc import Callable
from pathlib import Path

from _accessibility import offences
from _chromium import chromium, folder_for_screenshots
from _settings_page import Lab
from demo_page import BINARY, WIDE, Conversation, Demo
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

CUSTOMER_TEXT = "Guten Tag! Ist *Nr. 4711* fertig? <img src=x onerror=alert(1)> 😀"
SHOWN_TEXT = "Guten Tag! Ist Nr. 4711 fertig? <img src=x onerror=alert(1)> 😀"
HOSTILE_NAME = "<img src=x onerror=alert(2)>"
COLLEAGUE_TEXT = "Ja & gern: ab 14 Uhr 👍"
PIN = "271828"


class Way:
    """One way to the first message: a browser, and the pictures of its steps."""

    def __init__(self, browser: Browser, address: str, screenshots: Path, name: str):
        self.context = browser.new_context(viewport=WIDE, locale="en-GB", timezone_id="Europe/Berlin")
        self.context.set_default_timeout(15_000)
        self.complaints: list[str] = []
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        # Nothing that somebody wrote may run.
        self.context.on("dialog", lambda dialog: self.complaints.append(f"a dialog: {dialog.message}") or dialog.dismiss())
        self.context.on("console", self._note)
        self.page = self.context.new_page()
        self.lab = Lab(re.match(r"https?://[^/]+", address).group())
        self.screenshots = screenshots
        self.name = name
        self.address = address
        self.count = 0
        self.page.goto(address)

    def _note(self, line: ConsoleMessage):
        # The browser asks for a tab's icon by itself.
        if line.type in ("error", "warning") and not line.location["url"].endswith("/favicon.ico"):
            self.complaints.append(f"{line.text} {line.location['url']}")

    def picture(self, name: str, page: Page | None = None):
        page = page or self.page
        # Animations are over by then.
        page.wait_for_timeout(300)
        self.count += 1
        page.screenshot(path=self.screenshots / f"{self.name}-{self.count:02}-{name}.png", full_page=True)

    def show(self, place: str):
        """Goes to a page of the demo."""
        self.page.get_by_role("navigation", name="Pages").get_by_role("link", name=place, exact=True).click()

    def end(self):
        # The PBX's connection and that of the instance end with each page, and with each new password.
        complaints = [each for each in self.complaints if "WebSocket" not in each]
        assert complaints == [], complaints
        self.context.close()


def told(page: Page, summary: str) -> dict[str, str]:
    """What a folded list of the page says, by its names."""
    details = page.locator("details", has=page.locator("summary", has_text=summary))
    details.locator("summary").click()
    expect(details.locator("dd").first).to_be_visible()
    values = dict(zip(details.locator("dt").all_inner_texts(), details.locator("dd").all_inner_texts()))
    details.locator("summary").click()
    return values


def plugin_of(page: Page) -> Locator:
    return page.locator(".innovaphone-whatsapp-plugin").last


def button(page: Page, name: str) -> Locator:
    return plugin_of(page).get_by_role("button", name=name, exact=True)


def field(page: Page, name: str) -> Locator:
    return plugin_of(page).get_by_label(name, exact=True).locator("visible=true")


# MARK: What both ways have in common


def account_is_set_up(way: Way, page: Page, account: dict[str, str]):
    """By hand, with what the demo's WhatsApp account shows."""
    button(page, "Set up").click()
    field(page, "Phone PIN").fill(PIN)
    field(page, "WhatsApp Business Account ID").fill(account["WhatsApp Business Account ID"])
    field(page, "Access token").fill(account["Access token"])
    field(page, "App secret").fill(account["App secret"])
    way.picture("set-up", page)
    button(page, "Connect").click()
    expect(plugin_of(page).get_by_role("heading", level=1)).to_have_text("Configuration")
    expect(plugin_of(page)).to_contain_text("Done. 1 number(s) added.")
    way.picture("number-added", page)


def number_is_assigned(way: Way, page: Page, account: dict[str, str]):
    """The number has got app and zone by itself, as there is one of each; they can be taken away and chosen."""
    number = next(value for name, value in account.items() if name.startswith("Mobile Number ID of"))
    row = plugin_of(page).locator("tbody", has_text=number)
    app, zone = row.get_by_label("App", exact=True), row.get_by_label("Zone", exact=True).locator("visible=true")
    save = row.get_by_role("button", name="Save", exact=True)
    expect(app).to_have_value("connect")
    expect(zone).to_have_value("whatsapp")
    app.select_option("")
    save.click()
    expect(row).to_contain_text("Not active: choose app and zone.")
    way.picture("not-assigned", page)
    app.select_option("connect")
    zone.select_option("whatsapp")
    expect(row.get_by_label("Licensed", exact=True)).to_be_checked()
    row.get_by_label("Connect Tags", exact=True).fill("sales")
    save.click()
    expect(save).to_have_count(0)
    expect(row).not_to_contain_text("Not active")
    expect(row.get_by_text("active", exact=True)).to_be_visible()
    way.picture("configured", page)
    found = offences(page, ".innovaphone-whatsapp-place")
    assert found == [], found


def message_comes_and_is_answered(way: Way, customer: str = "Ada Lovelace"):
    demo = Conversation(way.page, "", way.screenshots)
    expect(way.page.locator("#first-steps")).to_be_hidden()
    expect(way.page.get_by_role("listitem", name="Connect connected", exact=True)).to_be_visible(timeout=60_000)
    demo.chat.wait_for()
    box = way.page.get_by_label("Message to the business")
    box.fill(CUSTOMER_TEXT)
    box.press("Enter")
    post = demo.post(SHOWN_TEXT)
    expect(post).to_be_visible(timeout=30_000)
    expect(demo.cards).to_have_count(1)
    expect(demo.cards.get_by_role("heading", name=customer)).to_be_visible()
    way.picture("message-in-connect")
    demo.reply(post, COLLEAGUE_TEXT)
    expect(demo.answer(COLLEAGUE_TEXT)).to_be_visible()
    expect(demo.answer(COLLEAGUE_TEXT).get_by_role("img", name="read")).to_be_visible()
    way.picture("answer-on-phone")


# MARK: The ways


def with_the_plugin(way: Way):
    page = way.page
    expect(page.locator("#first-steps")).to_contain_text("The PBX does not know the connector yet")
    way.picture("empty")
    page.locator("#first-steps").get_by_role("link", name="Settings").click()
    way.picture("settings")
    account = told(page, "The simulated WhatsApp account")
    page.get_by_role("button", name="Connector for WhatsApp", exact=True).click()
    expect(button(page, "Add Connector for WhatsApp")).to_be_visible()
    way.picture("plugin")
    button(page, "Add Connector for WhatsApp").click()
    expect(field(page, "Name")).to_have_value("WhatsApp")
    expect(field(page, "Connect App")).to_have_value("connect")
    expect(field(page, "Connect Moderator")).to_have_value("connect~moderator")
    field(page, "Licenses").fill("1")
    field(page, "Config User").check()
    way.picture("object")
    button(page, "OK").click()
    expect(plugin_of(page)).to_contain_text("The connector was added and is connected.", timeout=60_000)
    way.picture("object-added")
    account_is_set_up(way, page, account)
    number_is_assigned(way, page, account)
    button(page, "Back").click()
    way.picture("home")
    way.show("Demo")
    message_comes_and_is_answered(way)


def by_hand(way: Way):
    page = way.page
    way.show("Settings")
    account = told(page, "The simulated WhatsApp account")
    own = told(page, "Without this plugin")
    page.locator("summary", has_text="Without this plugin").click()
    way.picture("password")
    with page.expect_popup() as popup:
        page.get_by_role("link", name=own["Settings page"]).click()
    settings = popup.value
    settings.get_by_label("Instance password", exact=True).fill(own["Instance password"])
    way.picture("login", settings)
    settings.get_by_role("button", name="Log in", exact=True).click()
    expect(plugin_of(settings)).to_contain_text("The PBX is not connected with the connector.")
    way.picture("own-page", settings)
    button(settings, "App object by hand").click()
    way.picture("recipe", settings)
    recipe = {
        line.locator("xpath=preceding-sibling::dt[1]").inner_text(): line for line in plugin_of(settings).locator("dd").all()
    }

    # What is in the background is drawn once a second only.
    page.bring_to_front()
    way.show("PBX objects")
    page.locator("summary", has_text="New app object").click()
    form = page.locator("#new-object")
    # Whatever the recipe says is entered, and nothing else.
    for name in ("Long Name", "Name", "URL"):
        form.get_by_label(name, exact=True).fill(recipe[name].locator("code").inner_text())
    form.get_by_label("Password", exact=True).fill(own["Instance password"])
    form.get_by_label("Licenses", exact=True).fill("1")
    boxes = [name for name, line in recipe.items() if line.inner_text() == "tick it"]
    assert boxes == ["Hide from LDAP", "Critical", "Hidden", "Websocket", "Services"], boxes
    for name in boxes:
        form.get_by_label(name, exact=True).check()
    way.picture("new-object")
    form.get_by_role("button", name="Create", exact=True).click()
    own_group = page.get_by_role("group", name="WhatsApp by hand")
    for code in recipe["Of the object whatsapp"].locator("code").all_inner_texts():
        own_group.get_by_label(f"Apps: {code}", exact=True).check()
    page.get_by_role("group", name="Connect by hand").get_by_label("Apps: whatsapp", exact=True).check()
    page.get_by_role("group", name="Config User by hand").get_by_label("Apps: whatsapp", exact=True).check()
    expect(page.locator("#connection")).to_contain_text("is connected to its service", timeout=60_000)
    way.picture("objects")
    found = offences(page, "body")
    assert found == [], found

    settings.bring_to_front()
    button(settings, "Back").click()
    expect(plugin_of(settings).get_by_text("The PBX is not connected with the connector.")).to_have_count(0, timeout=30_000)
    way.picture("own-page-connected", settings)
    account_is_set_up(way, settings, account)
    number_is_assigned(way, settings, account)
    page.bring_to_front()
    way.show("Demo")
    # What customers call themselves is theirs.
    Lab(way.address).tell("account", customer="ada", profile=HOSTILE_NAME)
    page.reload()
    message_comes_and_is_answered(way, HOSTILE_NAME)


def play_ways(title: str, name: str, ways: dict[str, tuple[tuple[str, ...], Callable[[Way], None]]]):
    """Plays each way that the command line asks for, with an empty demo of its own. A way has the demo's further options, and what to do."""
    parser = argparse.ArgumentParser(description=title)
    parser.add_argument("--screenshots", type=Path, help="folder for the screenshots (default: a temporary one)")
    parser.add_argument("--only", default="", help=f"only the ways whose names match: {', '.join(ways)}")
    options = parser.parse_args()
    screenshots = folder_for_screenshots(options.screenshots, name)
    with chromium() as browser:
        for name, (flags, play) in ways.items():
            if not re.search(options.only, name):
                continue
            demo = Demo(BINARY, arguments=("--empty", *flags))
            way = Way(browser, demo.address, screenshots, name)
            try:
                play(way)
                way.end()
            except BaseException:
                for index, page in enumerate(way.context.pages):
                    page.screenshot(path=screenshots / f"failed-{index}.png", full_page=True)
                print(f"{name}: FAILED, see {screenshots}/failed-*.png\nLast lines of the demo:\n" + "".join(demo.lines[-30:]), flush=True)
                raise
            finally:
                demo.end()
            print(f"{name}: passed", flush=True)
    print(f"Screenshots: {screenshots}")


if __name__ == "__main__":
    play_ways(__doc__.splitlines()[0], "first-message", {"plugin": ((), with_the_plugin), "hand": ((), by_hand)})
