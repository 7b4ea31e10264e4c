"""Administers the connector in a real browser, from nothing to deletion: settings_plugin.py [ADDRESS] [--screenshots FOLDER] [--only WORD]

Without an address it starts the built binary's demo, empty, for each language and scheme, and ends it again. ADDRESS is a demo that was started
with --empty and was not touched yet; it is used for English and light.
"""

import argparse
import re
from pathlib import Path

from _chromium import chromium, folder_for_screenshots
from _settings_fallback import fallback_page
from _settings_numbers import NUMBER_STEPS
from _settings_page import ADMINISTRATE, SettingsPage
from demo_page import BINARY, Demo
from playwright.sync_api import Browser, expect

# What the texts have to be, whatever the script says (Settings plugin, Texts).
WORDING = {
    "en": {
        "pluginTitle": "Connector for WhatsApp", "addapp": "Add Connector for WhatsApp", "editapp": "Edit Connector for WhatsApp", "title": "Name",
        "sip": "SIP", "connectapp": "Connect App", "connectmod": "Connect Moderator", "licenses": "Licenses", "templates": "Config templates",
        "ok": "OK", "cancel": "Cancel", "setup": "Set up", "pin": "Phone PIN", "config": "Configuration", "info": "WhatsApp account information",
        "repair": "Repair password", "manual-token": "Access token", "manual-connect": "Connect",
    },
    "de": {
        "pluginTitle": "Connector für WhatsApp", "addapp": "Connector für WhatsApp hinzufügen", "editapp": "Connector für WhatsApp bearbeiten",
        "title": "Name", "sip": "SIP", "connectapp": "Connect-App", "connectmod": "Connect-Moderator", "licenses": "Lizenzen",
        "templates": "Konfigurationsvorlagen", "ok": "OK", "cancel": "Abbrechen", "setup": "Einrichten", "pin": "Telefon-PIN", "config": "Konfiguration",
        "info": "WhatsApp-Kontoinformationen", "repair": "Passwort reparieren", "manual-token": "Zugriffstoken", "manual-connect": "Verbinden",
    },
}
RIGHTS = ("web", "pbx", "pbxsignal", "epsignal", "messages", "tableusers", "admin", "rcc")


def texts_are_right(page: SettingsPage):
    english, german = page.texts["en"], page.texts["de"]
    assert english.keys() == german.keys(), english.keys() ^ german.keys()
    for language, wording in WORDING.items():
        for id, text in wording.items():
            assert page.texts[language][id] == text, (language, id)
    for id in english:
        assert set(re.findall(r"\$\d", english[id])) == set(re.findall(r"\$\d", german[id])), id


def nothing_yet(page: SettingsPage):
    expect(page.button("addapp")).to_be_visible()
    for way in ("setup", "config", "info"):
        expect(page.button(way)).to_be_disabled()
        expect(page.button(way)).to_have_accessible_description(page.text("ways-object-first"))
    page.check("home-empty")


def open_form(page: SettingsPage):
    """With the keyboard, as everything up to the object that is created."""
    page.tab_to(page.button("addapp"))
    page.page.keyboard.press("Enter")
    expect(page.heading("addapp")).to_be_focused()
    expect(page.page.get_by_label("Config User")).to_be_visible()


def form_refuses(page: SettingsPage):
    """What is not right is said at its field, which gets the focus, and nothing is sent."""
    before = page.lab.newest()
    for typed, fault in (("", "required"), ("a b", "sipinvalid"), ("connect~x", "sipinvalid")):
        page.field("sip").fill(typed)
        page.field("sip").press("Enter")
        expect(page.field("sip")).to_be_focused()
        expect(page.field("sip")).to_have_accessible_description(re.compile(re.escape(page.text(fault))))
    page.field("licenses").fill("ten")
    page.field("title").fill(" ")
    page.button("ok").click()
    expect(page.field("title")).to_be_focused()
    expect(page.field("licenses")).to_have_attribute("aria-invalid", "true")
    page.check("form-refused")
    assert page.lab.sent(before, "UpdateObject") == []
    page.field("title").fill("WhatsApp & <b>Co</b>")
    page.field("licenses").fill("3")
    page.field("sip").fill("connect")
    page.button("ok").click()
    page.see("sipused")
    expect(page.field("sip")).to_be_focused()
    assert page.lab.sent(before, "SetInstancePassword") == []
    page.field("sip").fill("whatsapp")


def moderator_is_missing(page: SettingsPage):
    page.lab.tell("objects", action="mode", object="connect", mode="moderator", on=False)
    page.button("cancel").click()
    page.hook("leave-ok").click()
    page.button("addapp").click()
    page.see("nomoderator")
    expect(page.field("connectmod")).to_have_value("")
    page.check("no-moderator")
    page.button("ok").click()
    expect(page.field("connectmod")).to_be_focused()
    page.lab.tell("objects", action="mode", object="connect", mode="moderator", on=True)
    page.button("checkagain").click()
    expect(page.field("connectmod")).to_have_value("connect~moderator")


def language_changes(page: SettingsPage):
    """Language and scheme change below the hands of somebody who is typing."""
    page.field("title").fill("Grüße & <b>Co</b>")
    page.field("licenses").fill("many")
    page.button("ok").click()
    first = page.language
    other = "de" if first == "en" else "en"
    scheme = page.page.get_by_label("Scheme")
    was = scheme.input_value()
    page.page.get_by_label("Language").select_option(other)
    scheme.select_option("dark" if was == "light" else "light")
    page.language = other
    page.heading("addapp")
    expect(page.field("title")).to_have_value("Grüße & <b>Co</b>")
    page.see("licenses-invalid")
    page.check("switched")
    page.page.get_by_label("Language").select_option(first)
    scheme.select_option(was)
    page.language = first
    expect(page.field("licenses")).to_have_value("many")
    page.field("licenses").fill("3")


def failures_leave_nothing_behind(page: SettingsPage):
    """The instance's password comes first; whatever fails, the form stays, and no half object is left."""
    before = page.lab.newest()
    page.lab.refuse("SetInstancePassword", "no <i>room</i>")
    page.button("ok").click()
    page.see("failure-MANAGER_ERROR", "no <i>room</i>")
    assert page.lab.sent(before, "UpdateObject") == []
    page.lab.refuse("UpdateObject", "table full")
    page.button("ok").click()
    page.see("failure-PBX_ERROR", "table full")
    assert "whatsapp" not in page.lab.objects()
    expect(page.field("title")).to_have_value("Grüße & <b>Co</b>")
    page.check("failed")


def created_by_keyboard(page: SettingsPage):
    before = page.lab.newest()
    keyboard = page.page.keyboard
    page.tab_to(page.field("title"))
    keyboard.press("Control+A")
    keyboard.type("Grüße & <b>Co</b>")
    page.tab_to(page.field("licenses"))
    keyboard.press("Control+A")
    keyboard.type("3")
    page.tab_to(page.page.get_by_label("Config User"))
    keyboard.press("Space")
    expect(page.page.get_by_label("Config User")).to_be_checked()
    keyboard.press("Enter")
    page.see("done-added")
    expect(page.page.locator("#plugin h1")).to_be_focused()
    expect(page.hook("obj-whatsapp")).to_contain_text("Grüße & <b>Co</b>")
    expect(page.hook("obj-whatsapp")).to_contain_text(page.text("st_ok"))

    sent = page.lab.sent(before)
    order = [each["mt"] for each in sent if each["mt"] in ("SetInstancePassword", "UpdateObject", "GetAppLogin")]
    assert order[:4] == ["SetInstancePassword", "UpdateObject", "UpdateObject", "UpdateObject"] and "GetAppLogin" in order, order
    created, template, connect = page.lab.sent(before, "UpdateObject")
    assert created["h323"] == "whatsapp" and created["hide"] and created["critical"] and "copyPwd" not in created and "guid" not in created, created
    assert created["apps"] == "connect,connect~moderator" and created["pseudo"]["type"] == "app", created
    app = created["pseudo"]["app"]
    assert app.pop("url").endswith("/example.com/whatsapp/innovaphone-whatsapp")
    assert app == {"websocket": True, "hidden": True, "services": True, "lics": 3} | {right: False for right in RIGHTS}, app
    assert set(template) == {"api", "mt", "src", "guid", "cn", "apps"} and template["apps"] == "connect,whatsapp", template
    assert set(connect) == {"api", "mt", "src", "guid", "apps"} and connect["apps"].split(",")[-1] == "whatsapp", connect
    for way in ("setup", "config", "info"):
        expect(page.button(way)).to_be_enabled()
    page.check("home")


def many_templates(page: SettingsPage):
    """More config templates than one page of the PBX's list holds."""
    requests = [
        {"mt": "UpdateObject", "cn": f"Department {index:02}", "h323": f"department-{index:02}", "apps": "connect", "config": ["Config Admin"],
         "pseudo": {"type": "config"}} for index in range(60)
    ]
    page.page.evaluate(ADMINISTRATE, requests)
    page.hook("obj-whatsapp").click()
    expect(page.page.get_by_label("Department 59")).to_be_attached()
    expect(page.page.get_by_label("Config User")).to_be_checked()
    expect(page.hook("temp-Department 00")).to_have_accessible_description(page.text("inherited", "Config User"))
    page.field("filter").fill("department 5")
    page.field("filter").press("Enter")
    page.see("templates-shown", 10, 63)
    page.page.get_by_label("Department 55").check()
    page.check("templates")
    before = page.lab.newest()
    page.lab.tell("fault", system="admin", kind="error", message="UpdateObject", error="locked", times=2)
    page.button("ok").click()
    page.see("failure-PBX_ERROR", "locked")
    page.button("ok").click()
    page.see("failure-PBX_ERROR", "locked")
    page.button("ok").click()
    page.see("done-saved")
    changed = page.lab.sent(before, "UpdateObject")
    assert changed[-1]["cn"] == "Department 55" and changed[-1]["apps"] == "connect,whatsapp", changed
    assert all("pwd" not in each and "copyPwd" not in each for each in changed), changed


def password_is_repaired(page: SettingsPage):
    page.lab.tell("objects", action="password", object="whatsapp", password="typo-1")
    page.button("config").click()
    page.button("back").click()
    expect(page.hook("obj-whatsapp")).to_contain_text(page.text("st_pwd"), timeout=30_000)
    page.check("password-differs")
    before = page.lab.newest()
    page.button("repair").click()
    expect(page.hook("obj-whatsapp")).to_contain_text(page.text("st_ok"), timeout=40_000)
    (update,) = page.lab.sent(before, "UpdateObject")
    assert set(update) == {"api", "mt", "src", "guid", "pwd"}, update
    expect(page.button("repair")).to_have_count(0)
    # After wrong logins the instance answers the PBX late.
    expect(page.button("info")).to_be_enabled(timeout=40_000)


def connect_is_allowed(page: SettingsPage):
    page.lab.tell("objects", action="grant", object="connect", app="whatsapp", on=False)
    page.button("info").click()
    page.button("back").click()
    page.see("problem-connect", "connect", "whatsapp")
    page.button("allow").click()
    expect(page.button("allow")).to_have_count(0)
    assert "whatsapp" in page.lab.objects()["connect"]["apps"]


def renamed(page: SettingsPage):
    page.hook("obj-whatsapp").click()
    expect(page.page.get_by_label("Config User")).to_be_checked()
    page.field("sip").fill("wa.sales")
    before = page.lab.newest()
    page.field("sip").press("Enter")
    dialog = page.page.get_by_role("alertdialog")
    expect(dialog).to_be_visible()
    page.check("rename", whole=False)
    for _ in range(3):
        page.page.keyboard.press("Tab")
        assert dialog.evaluate("dialog => dialog.contains(document.activeElement)"), "the focus left the dialog"
    page.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.field("sip")).to_be_focused()
    assert page.lab.sent(before, "UpdateObject") == []
    page.field("sip").press("Enter")
    page.hook("rename-ok").click()
    page.see("done-saved")
    objects = page.lab.objects()
    assert "whatsapp" not in objects and objects["wa.sales"]["hasPassword"]
    granted = {name for name, each in objects.items() if "wa.sales" in each["apps"]}
    assert granted == {"config-user", "department-55", "connect"}, granted
    assert not any("whatsapp" in each["apps"] for each in objects.values())
    expect(page.hook("obj-wa.sales")).to_contain_text(page.text("st_ok"), timeout=40_000)


def deleted(page: SettingsPage):
    page.hook("obj-wa.sales").click()
    expect(page.page.get_by_label("Config User")).to_be_checked()
    page.button("del").click()
    expect(page.page.get_by_role("alertdialog").get_by_role("button", name=page.text("cancel"), exact=True)).to_be_focused()
    page.check("delete", whole=False)
    page.hook("delete-ok").click()
    page.see("done-deleted")
    expect(page.button("addapp")).to_be_visible()
    objects = page.lab.objects()
    assert "wa.sales" not in objects and not any("wa.sales" in each["apps"] for each in objects.values()), objects


STEPS = [
    texts_are_right, nothing_yet, fallback_page, open_form, form_refuses, moderator_is_missing, language_changes, failures_leave_nothing_behind,
    created_by_keyboard, many_templates, password_is_repaired, connect_is_allowed, *NUMBER_STEPS, renamed, deleted,
]


def play(browser: Browser, address: str, screenshots: Path, language: str, scheme: str, only: str):
    page = SettingsPage(browser, address, screenshots, language, scheme)
    for step in STEPS:
        if only and not re.search(only, step.__name__):
            continue
        try:
            step(page)
        except BaseException:
            page.page.screenshot(path=screenshots / "failed.png", full_page=True)
            print(f"{language} {scheme}: {step.__name__}: FAILED, see {screenshots}/failed.png", flush=True)
            raise
        print(f"{language} {scheme}: {step.__name__}: passed", flush=True)
    page.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("address", nargs="?", help="address of a running, untouched demo --empty, such as http://127.0.0.1:8090")
    parser.add_argument("--screenshots", type=Path, help="folder for the screenshots (default: a temporary one)")
    parser.add_argument("--only", default="", help="only the steps whose names match, for the search of a fault")
    options = parser.parse_args()
    screenshots = folder_for_screenshots(options.screenshots, "settings-plugin")
    with chromium() as browser:
        if options.address:
            play(browser, options.address.rstrip("/"), screenshots, "en", "light", options.only)
        else:
            for language, scheme in (("en", "light"), ("de", "dark")):
                demo = Demo(BINARY, arguments=("--empty",))
                try:
                    play(browser, demo.address, screenshots, language, scheme, options.only)
                except BaseException:
                    print("Last lines of the demo:\n" + "".join(demo.lines[-30:]), flush=True)
                    raise
                finally:
                    demo.end()
    print(f"Screenshots: {screenshots}")


if __name__ == "__main__":
    main()
