"""Scenarios of settings_scenarios.py about the app object and what is around it in the PBX."""

import re

from _settings_page import ADMINISTRATE, SettingsPage
from playwright.sync_api import expect

HOSTILE = "<img src=x onerror=\"document.title='hacked'\">"


def form(page: SettingsPage):
    page.button("addapp").click()
    page.heading("addapp")
    expect(page.page.locator("#plugin")).not_to_contain_text(page.text("loading"))


def nothing_ran(page: SettingsPage):
    """No name or text became a part of the page."""
    assert page.page.title() != "hacked"
    expect(page.page.locator("#plugin img[src='x'], #plugin script")).to_have_count(0)


def no_template(page: SettingsPage):
    for name in [name for name, each in page.lab.objects().items() if each.get("type") == "config"]:
        page.lab.tell("objects", action="remove", object=name)
    before = page.lab.newest()
    form(page)
    page.see("templates-none")
    expect(page.page.locator("#plugin").get_by_role("checkbox")).to_have_count(1)
    page.check("templates-0")
    assert [each.get("more") for each in page.lab.sent(before, "GetConfigObjects")] == [None]
    page.button("cancel").click()


def one_template(page: SettingsPage):
    page.lab.tell("objects", action="add", kind="templates", count=1)
    before = page.lab.newest()
    form(page)
    expect(page.page.get_by_label("Config User")).to_be_visible()
    expect(page.field("filter")).to_have_count(0)
    assert [each["cn"] for each in page.lab.sent(before, "GetObject") if "cn" in each] == ["Config User"]
    page.button("cancel").click()


def sixty_templates(page: SettingsPage):
    """More than one page of the PBX's list, and one with a hostile name."""
    page.lab.tell("objects", action="add", kind="templates", count=59)
    hostile = {"mt": "UpdateObject", "cn": HOSTILE, "h323": "hostile", "apps": "connect", "pseudo": {"type": "config"}}
    page.page.evaluate(ADMINISTRATE, [hostile])
    before = page.lab.newest()
    form(page)
    expect(page.page.get_by_label("Config Branch 57")).to_be_attached()
    pages = page.lab.sent(before, "GetConfigObjects")
    assert [each.get("more") for each in pages] == [None, "50"] and {each["limit"] for each in pages} == {50}, pages
    read = [each["cn"] for each in page.lab.sent(before, "GetObject") if "cn" in each]
    assert len(read) == len(set(read)) == 60 and HOSTILE in read, len(read)
    page.field("filter").fill("<IMG")
    page.see("templates-shown", 1, 60)
    expect(page.page.get_by_label(HOSTILE)).to_be_visible()
    page.check("templates-hostile")
    nothing_ran(page)
    page.button("cancel").click()


def neighbour_is_left_alone(page: SettingsPage):
    """The URL of whatsapp2 begins as ours does, and so does that of an App Platform which is not ours."""
    page.lab.tell("objects", action="add", kind="neighbour")
    foreign = {"type": "app", "app": {"url": "https://other.example/example.com/whatsapp/innovaphone-whatsapp", "websocket": False}}
    page.page.evaluate(ADMINISTRATE, [{"mt": "UpdateObject", "cn": "Foreign", "h323": "foreign", "pwd": "other", "pseudo": foreign}])
    before = page.lab.newest()
    page.reload()
    expect(page.button("addapp")).to_be_visible()
    expect(page.page.locator("#plugin")).not_to_contain_text("whatsapp2")
    uris = [each.get("uri", "") for each in page.lab.sent(before, "GetAppObjects")]
    assert uris[0].endswith("/example.com/whatsapp/") and "" in uris, uris
    expect(page.button("setup")).to_be_disabled()
    # Whose password is ours is found out with the password alone.
    asked = {each["app"] for each in page.lab.sent(before, "GetAppLogin")}
    assert asked == {"foreign"}, asked


def two_connect_apps(page: SettingsPage):
    page.lab.tell("objects", action="add", kind="connect")
    form(page)
    expect(page.field("connectapp")).to_have_value("")
    expect(page.field("connectmod")).to_have_value("")
    page.button("ok").click()
    expect(page.field("connectapp")).to_be_focused()
    page.field("connectapp").select_option("connect2")
    expect(page.field("connectmod")).to_have_value("connect2~moderator")
    page.field("connectapp").select_option("connect")
    expect(page.field("connectmod")).to_have_value("connect~moderator")
    page.check("two-connect-apps")
    page.button("cancel").click()
    page.hook("leave-ok").click()


def name_is_taken(page: SettingsPage):
    """SIP names are the same in capitals; and ~ belongs to the PBX."""
    before = page.lab.newest()
    form(page)
    page.field("connectapp").select_option("connect2")
    for sip, fault in (("WHATSAPP2", "sipused"), ("anna", "sipused"), ("whatsapp~x", "sipinvalid"), ("a,b", "sipinvalid"), ("Zürich", "sipinvalid")):
        page.field("sip").fill(sip)
        page.button("ok").click()
        expect(page.field("sip")).to_have_accessible_description(re.compile(re.escape(page.text(fault))))
        expect(page.field("sip")).to_be_focused()
    assert page.lab.sent(before, "SetInstancePassword") == page.lab.sent(before, "UpdateObject") == []
    page.button("cancel").click()
    page.hook("leave-ok").click()


def licences_are_not_taken(page: SettingsPage):
    """The PBX writes the object without the licence count, which nowhere is documented: the page says what to do by hand."""

    def forgetful(message: dict) -> dict:
        message.get("pseudo", {}).get("app", {}).pop("lics", None)
        return message

    other = SettingsPage(page.page.context.browser, page.lab.address, page.screenshots, "de", "light", rewrite=forgetful)
    form(other)
    other.field("connectapp").select_option("connect2")
    other.field("licenses").fill("7")
    other.page.get_by_label(HOSTILE).check()
    # The instance goes away while the form is being filled, and comes back.
    other.cut()
    other.see("noinstance")
    other.field("title").fill("Mit <b>Namen</b>")
    other.mend()
    expect(other.page.locator("#plugin").get_by_text(other.text("noinstance"))).to_have_count(0, timeout=60_000)
    expect(other.field("title")).to_have_value("Mit <b>Namen</b>")
    expect(other.field("licenses")).to_have_value("7")
    expect(other.page.get_by_label(HOSTILE)).to_be_checked()
    before = other.lab.newest()
    other.button("ok").click()
    other.see("partly-added")
    steps = other.page.get_by_role("status", name=other.text("progress"))
    expect(steps).to_contain_text(other.text("verify-differs", "Licenses: 7"))
    expect(steps).to_contain_text(other.text("step-template", HOSTILE))
    nothing_ran(other)
    other.check("licences-not-taken")
    created, template, connect = other.lab.sent(before, "UpdateObject")
    assert created["apps"] == "connect2,connect2~moderator" and "lics" not in created["pseudo"]["app"], created
    assert template["cn"] == HOSTILE and template["apps"] == "connect,whatsapp", template
    objects = other.lab.objects()
    assert connect["guid"] == objects["connect2"]["guid"] and objects["connect2"]["apps"] == ["whatsapp"], connect
    # By hand, as the page says; then nothing is amiss.
    other.lab.tell("objects", action="licences", object="whatsapp", count=7)
    other.button("continue").click()
    expect(other.hook("obj-whatsapp")).to_contain_text(other.text("st_ok"), timeout=40_000)
    other.hook("obj-whatsapp").click()
    expect(other.field("licenses")).to_have_value("7")
    other.end()


def platform_has_another_name(page: SettingsPage):
    """The object was made under another name of the App Platform: it is known by its path and its password, and keeps its URL."""
    url = page.lab.objects()["whatsapp"]["properties"]["pseudo"]["app"]["url"]
    elsewhere = url.replace("127.0.0.1", "localhost")
    page.lab.tell("objects", action="url", object="whatsapp", url=elsewhere)
    before = page.lab.newest()
    page.reload()
    expect(page.hook("obj-whatsapp")).to_contain_text(page.text("st_ok"), timeout=40_000)
    assert "whatsapp" in {each["app"] for each in page.lab.sent(before, "GetAppLogin")}
    page.hook("obj-whatsapp").click()
    expect(page.page.get_by_label(HOSTILE)).to_be_checked()
    page.field("title").fill("WhatsApp")
    before = page.lab.newest()
    page.button("ok").click()
    page.see("done-saved")
    (update,) = page.lab.sent(before, "UpdateObject")
    assert update["pseudo"]["app"]["url"] == elsewhere and update["cn"] == "WhatsApp" and "pwd" not in update, update
    page.lab.tell("objects", action="url", object="whatsapp", url=url)


def connect_app_is_changed(page: SettingsPage):
    page.hook("obj-whatsapp").click()
    expect(page.page.get_by_label(HOSTILE)).to_be_checked()
    expect(page.field("connectapp")).to_have_value("connect2")
    page.field("connectapp").select_option("connect")
    before = page.lab.newest()
    page.button("ok").click()
    page.see("done-saved")
    objects = page.lab.objects()
    assert objects["whatsapp"]["apps"] == ["connect", "connect~moderator"], objects["whatsapp"]["apps"]
    assert objects["connect2"]["apps"] == [] and objects["connect"]["apps"] == ["whatsapp"]
    assert [each.get("h323") or each["guid"] for each in page.lab.sent(before, "UpdateObject")] == [
        "whatsapp", objects["connect2"]["guid"], objects["connect"]["guid"]]
    assert objects["whatsapp2"]["apps"] == ["connect"] and objects["foreign"]["cn"] == "Foreign", "a neighbour was changed"
    expect(page.button("setup")).to_be_enabled(timeout=40_000)


OBJECT_SCENARIOS = [
    no_template, one_template, sixty_templates, neighbour_is_left_alone, two_connect_apps, name_is_taken, licences_are_not_taken,
    platform_has_another_name, connect_app_is_changed,
]
