"""From nothing to the first WhatsApp message with the shared service: onboarding.py [--screenshots FOLDER] [--only WORD]

Nobody copies a token: an administrator joins an account with one number on the service's page, and adds a second number later. Once with
notifications that the service forwards, and once with those that Meta brings to the connector itself. Each way begins with a demo of its
own, in which nothing is set up.
"""

import re

from _accessibility import offences
from _chromium import click_and_close
from demo_page import WIDE, Conversation
from first_message import PIN, Way, button, field, play_ways, plugin_of
from settings_screens import SWITCH_PLUGIN, Screens
from playwright.sync_api import Page, expect

ACCOUNT = "Example Trading"
NUMBERS = {"209080706050401": "Example Trading", "209080706050402": "Example Trading Orders"}
# The second number has a PIN of its own already.
PINS = {"209080706050401": PIN, "209080706050402": "246810"}


def object_is_there(way: Way):
    page = way.page
    page.locator("#first-steps").get_by_role("link", name="Settings").click()
    page.get_by_role("button", name="Connector for WhatsApp", exact=True).click()
    button(page, "Add Connector for WhatsApp").click()
    field(page, "Licenses").fill("2")
    button(page, "OK").click()
    expect(plugin_of(page)).to_contain_text("The connector was added and is connected.", timeout=60_000)


def look_at_service(way: Way, service: Page, name: str):
    """The service's page in both schemes; the guide shows the first one."""
    service.set_viewport_size({"width": 1000, "height": 700})
    for scheme in ("dark", "light"):
        service.emulate_media(color_scheme=scheme)
        # Colours glide.
        service.wait_for_timeout(300)
        found = offences(service, "body")
        assert found == [], f"{scheme}: " + "\n".join(found)
        service.screenshot(path=way.screenshots / f"{name}-en-{scheme}.png")


def signed_up(way: Way, number: str, adds: bool):
    """Set Up opens a tab, in which the administrator goes through Meta's dialog; what comes of it appears in the plugin by itself."""
    page = way.page
    button(page, "Set up").click()
    start = button(page, "Set Up")
    expect(start).to_be_disabled()
    field(page, "Phone PIN").fill(PINS[number])
    if adds:
        field(page, "What to do").select_option(label="Register new phone number")
    screens = Screens(page, SWITCH_PLUGIN, "#plugin", way.screenshots)
    if not adds:
        screens.look("onboarding-pin")
    with page.context.expect_page() as opened:
        start.click()
    service = opened.value
    expect(service.get_by_role("heading", level=1, name="Connect WhatsApp")).to_be_visible(timeout=30_000)
    expect(service.get_by_text("example.com/whatsapp", exact=True)).to_be_visible()
    look_at_service(way, service, "signup-again" if adds else "signup")
    if not adds:
        # The time that is left passes meanwhile.
        screens.look("onboarding-waiting", is_steady=False)
    with page.context.expect_page() as opened:
        service.get_by_role("button", name="Continue with Meta").click()
    choose(way, opened.value, number)
    # The service sends the browser back to the connector, which has collected everything by then or soon.
    expect(service).to_have_url(re.compile(r"/example\.com/whatsapp/onboarding/"), timeout=30_000)
    way.picture("back", service)
    service.close()
    expect(plugin_of(page)).to_contain_text("Done. 1 number(s) added.", timeout=60_000)
    if not adds:
        screens.look("onboarding-done", is_steady=False)
    button(page, "Back").click()


def choose(way: Way, dialog: Page, number: str):
    dialog.get_by_label(ACCOUNT, exact=True).check()
    dialog.get_by_role("button", name="Continue").click()
    dialog.locator(f'input[name="number"][value="{number}"]').check()
    way.picture("dialog", dialog)
    dialog.get_by_role("button", name="Continue").click()
    click_and_close(dialog.get_by_role("button", name="Finish"))


def number_is_there(way: Way, number: str):
    """With app and zone, as there is one of each."""
    page = way.page
    button(page, "Configuration").click()
    row = plugin_of(page).locator("tbody", has_text=number)
    expect(row.get_by_label("App", exact=True)).to_have_value("connect")
    expect(row.get_by_label("Zone", exact=True).locator("visible=true")).to_have_value("whatsapp")
    expect(row.get_by_text("active", exact=True)).to_be_visible()
    way.picture("configuration")
    button(page, "Back").click()


def message_comes_and_is_answered(way: Way, number: str, text: str):
    page = way.page
    page.set_viewport_size(WIDE)
    way.show("Demo")
    demo = Conversation(page, "", way.screenshots)
    expect(page.get_by_role("listitem", name="Connect connected", exact=True)).to_be_visible(timeout=60_000)
    page.get_by_label("Business number", exact=True).select_option(number)
    box = page.get_by_label("Message to the business")
    box.fill(text)
    box.press("Enter")
    post = demo.post(text)
    expect(post).to_be_visible(timeout=60_000)
    answer = f"Answer to: {text}"
    demo.reply(post, answer)
    expect(demo.answer(answer).get_by_role("img", name="read")).to_be_visible(timeout=30_000)
    way.picture("conversation")
    way.show("Settings")
    page.get_by_role("button", name="Connector for WhatsApp", exact=True).click()


def nothing_is_shown(way: Way):
    """Neither the page nor the wire between it and the connector shows a token, a code or the PIN."""
    entries = way.lab.read("wire")["entries"]
    shown = [each["text"] for each in entries if each["system"] not in ("graph", "meta")]
    for secret in [*PINS.values(), "EAA"]:
        assert not any(secret in text for text in shown), secret
        assert secret not in way.page.content(), secret


def play(way: Way, is_direct: bool):
    first, second = NUMBERS
    object_is_there(way)
    signed_up(way, first, adds=False)
    number_is_there(way, first)
    message_comes_and_is_answered(way, first, "The very first message")
    signed_up(way, second, adds=True)
    number_is_there(way, second)
    message_comes_and_is_answered(way, second, "To the second number")
    button(way.page, "WhatsApp account information").click()
    if is_direct:
        expect(plugin_of(way.page)).to_contain_text("not verifiable")
    way.picture("information")
    found = offences(way.page, "#plugin")
    assert found == [], found
    nothing_is_shown(way)


if __name__ == "__main__":
    play_ways(
        __doc__.splitlines()[0], "onboarding",
        {"relay": ((), lambda way: play(way, is_direct=False)), "direct": (("--direct",), lambda way: play(way, is_direct=True))})
