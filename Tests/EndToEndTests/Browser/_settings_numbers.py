"""The steps of settings_plugin.py about accounts, numbers and the instance: set up by hand, configured, looked at."""

import re
from pathlib import Path

from playwright.sync_api import expect
from _settings_page import SettingsPage

PIN = "271828"
CLOSED = "Unsere Antwortzeit ist vorbei <b>!</b>"


def account(page: SettingsPage) -> dict:
    return page.lab.read("settings")["account"]


def set_up_by_hand(page: SettingsPage):
    page.button("setup").click()
    expect(page.heading("setup")).to_be_focused()
    expect(page.button("setupbtn")).to_be_disabled()
    expect(page.button("setupbtn")).to_have_accessible_description(page.text("shared-pin"))
    page.check("setup")
    given = account(page)
    page.field("waba").fill(given["waba"])
    page.field("manual-token").fill(given["token"])
    page.field("manual-secret").fill(given["appSecret"])
    page.field("pin").fill("12")
    page.button("manual-connect").click()
    page.see("pininvalid")
    expect(page.field("pin")).to_be_focused()
    page.field("manual-numbers").fill("12, x")
    page.field("pin").fill(PIN)
    page.button("manual-connect").click()
    page.see("digits-list")
    page.field("manual-numbers").fill("")
    # Pasted from somewhere with blanks.
    page.field("pin").evaluate(
        "(input, pin) => { input.value = ` ${pin.slice(0, 3)} ${pin.slice(3)} `; input.dispatchEvent(new Event('input', { bubbles: true })); }", PIN)
    expect(page.field("pin")).to_have_value(PIN)
    page.check("setup-filled")
    page.button("manual-connect").click()
    page.see("onbdone", len(given["numbers"]))
    page.heading("config")


def number_is_configured(page: SettingsPage):
    number = account(page)["numbers"][0]["id"]
    row = page.hook(f"number-{number}")
    expect(row).to_contain_text(number)
    expect(page.field("app").first).to_have_value("connect")
    expect(page.field("zone").first).to_have_value("whatsapp")
    row.get_by_label(page.text("licensed"), exact=True).check()
    tags = row.get_by_label(page.text("tags"), exact=True)
    tags.press_sequentially("sales, ")
    tags.press_sequentially("#key account")
    tags.press("Enter")
    tags.press_sequentially('a"b')
    tags.press("Enter")
    expect(tags).to_have_accessible_description(re.compile(re.escape(page.text("tags-invalid", 64))))
    tags.fill("")
    row.get_by_label(page.text("closedmsg"), exact=True).fill(CLOSED)
    page.check("configuration-changed")
    row.get_by_role("button", name=page.text("save"), exact=True).click()
    expect(row.get_by_role("button", name=page.text("save"), exact=True)).to_have_count(0)
    expect(row).to_contain_text(page.text("state-ok"))
    expect(row).to_contain_text('#"key account"')
    page.check("configuration")


def instance_is_lost(page: SettingsPage):
    """What is being typed outlives the connection."""
    message = page.field("closedmsg").first
    message.fill("Noch nicht fertig")
    page.cut()
    page.see("noinstance")
    expect(message).to_have_value("Noch nicht fertig")
    page.button("save").first.click()
    page.see("failure-NO_INSTANCE")
    page.check("instance-lost")
    page.mend()
    expect(page.page.locator("#plugin").get_by_text(page.text("noinstance"))).to_have_count(0, timeout=60_000)
    expect(message).to_have_value("Noch nicht fertig")
    page.button("save").first.click()
    expect(page.button("save")).to_have_count(0)
    page.reload()
    page.button("config").click()
    expect(page.field("closedmsg").first).to_have_value("Noch nicht fertig")


def two_administrators(page: SettingsPage):
    """Somebody else saves while a row is being changed; then one reloads, and one keeps what was typed."""
    other = SettingsPage(page.page.context.browser, page.lab.address, page.screenshots, page.language, "light")
    other.button("config").click()
    page.field("closedmsg").first.fill("Hier")
    other.field("closedmsg").first.fill("Dort")
    other.button("save").first.click()
    expect(other.button("save")).to_have_count(0)
    page.see("conflict")
    expect(page.field("closedmsg").first).to_have_value("Hier")
    page.check("conflict")
    page.button("keep-mine").click()
    page.button("save").first.click()
    expect(other.field("closedmsg").first).to_have_value("Hier")
    other.field("closedmsg").first.fill("Dort 2")
    page.field("closedmsg").first.fill("Hier 2")
    page.button("save").first.click()
    other.see("conflict")
    other.button("reload").click()
    expect(other.field("closedmsg").first).to_have_value("Hier 2")
    other.end()


def licences_are_few(page: SettingsPage):
    page.lab.tell("fault", system="pbx", kind="licences", count=0, testMode=False)
    page.see("licenses-count", 1, 0)
    row = page.hook(f"number-{account(page)['numbers'][0]['id']}")
    licensed = row.get_by_label(page.text("licensed"), exact=True)
    licensed.uncheck()
    page.button("save").first.click()
    expect(row).to_contain_text(page.text("state-unlicensed"))
    expect(licensed).to_be_disabled()
    expect(licensed).to_have_accessible_description(page.text("licfull", 0))
    page.check("licences-full")
    page.lab.tell("fault", system="pbx", kind="licences", count=3, testMode=False)
    expect(licensed).to_be_enabled()
    licensed.check()
    page.button("save").first.click()
    expect(row).to_contain_text(page.text("state-ok"))


def general_settings(page: SettingsPage):
    page.field("retention").fill("0")
    page.hook("save-general").click()
    expect(page.field("retention")).to_be_focused()
    page.field("retention").fill("30")
    page.field("verifytoken").fill("another-verify-token")
    page.hook("save-general").click()
    page.see("general-saved")
    page.button("back").click()
    page.button("info").click()
    expect(page.page.locator("#plugin")).to_contain_text("another-verify-token")


def account_information(page: SettingsPage):
    given = account(page)
    plugin = page.page.locator("#plugin")
    for value in (given["waba"], given["numbers"][0]["id"], "/example.com/whatsapp/webhook"):
        expect(plugin).to_contain_text(value)
    assert given["token"] not in plugin.inner_text(), "a token is shown"
    page.button("webhook-test").click()
    page.see("webhook-fine")
    flag = page.page.get_by_label("App WebSocket")
    flag.check()
    page.button("back").click()
    page.button("info").click()
    expect(flag).to_be_checked()
    with page.page.expect_download() as download:
        page.button("log-download").click()
    log = Path(download.value.path()).read_text()
    assert given["token"] not in log and PIN not in log, "the log has a secret"
    page.button("log-clear").click()
    page.see("log-cleared")
    flag.uncheck()
    page.check("information")


def private_posts(page: SettingsPage):
    """The check of private posts, with a colleague who does as the plugin says."""
    page.button("posts-start").click()
    codes = page.hook("posts").locator("code")
    expect(codes).to_have_count(2)
    foreign, own = codes.all_inner_texts()
    page.see("posts-own-waiting")
    page.check("private-posts")
    page.lab.tell("post", author="anna", text=foreign, private=True, notify=["ben"])
    page.lab.tell("post", author="anna", text=own, private=True, notify=["whatsapp"])
    page.see("posts-own-seen")
    page.button("posts-confirm").click()
    page.see("posts-verified")
    page.button("back").click()
    expect(page.hook("problems")).not_to_contain_text(page.text("problem-private-posts-unverified"))


NUMBER_STEPS = [
    set_up_by_hand, number_is_configured, instance_is_lost, two_administrators, licences_are_few, general_settings, account_information, private_posts,
]
