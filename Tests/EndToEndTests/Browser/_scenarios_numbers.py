"""Scenarios of settings_scenarios.py about accounts and numbers."""

import re

from _scenarios_object import HOSTILE, nothing_ran
from _settings_page import SettingsPage
from playwright.sync_api import Locator, expect

LIMIT = 20


def fill_set_up(page: SettingsPage, numbers: str = ""):
    account = page.lab.read("settings")["account"]
    page.heading("setup")
    page.field("waba").fill(account["waba"])
    page.field("manual-token").fill(account["token"])
    page.field("manual-secret").fill(account["appSecret"])
    page.field("manual-numbers").fill(numbers)
    # As somebody copies it from a letter.
    page.field("pin").press_sequentially("27 18 28")
    expect(page.field("pin")).to_have_value("271828")


def number_ids(page: SettingsPage) -> list[str]:
    return [each["id"] for each in page.lab.read("settings")["account"]["numbers"]]


def row_of(page: SettingsPage, index: int) -> Locator:
    return page.hook(f"number-{number_ids(page)[index]}")


def meta_refuses(page: SettingsPage):
    """Meta's own words are shown as words, at the field that they are about or above all; what was typed stays."""
    page.lab.tell("fault", system="meta", step="account", kind="error", code=100, text=HOSTILE)
    page.lab.tell("fault", system="meta", step="subscribe", kind="error", code=2200, text=HOSTILE)
    page.button("setup").click()
    fill_set_up(page)
    page.button("manual-connect").click()
    expect(page.field("waba")).to_have_accessible_description(re.compile("<img src=x"))
    expect(page.field("waba")).to_be_focused()
    page.check("meta-refuses-account")
    page.button("manual-connect").click()
    expect(page.page.locator("#plugin").get_by_role("alert").get_by_text("<img src=x")).to_be_visible()
    nothing_ran(page)
    expect(page.field("pin")).to_have_value("271828")
    page.check("meta-refuses")


def twenty_numbers_and_one_more(page: SettingsPage):
    page.lab.tell("account", numbers=LIMIT + 1)
    ids = number_ids(page)
    page.lab.tell("account", number=ids[0], name=HOSTILE)
    page.button("manual-connect").click()
    page.see("failure-LIMIT")
    page.field("manual-numbers").fill(", ".join(ids[:LIMIT]))
    page.button("manual-connect").click()
    page.see("onbdone", LIMIT)
    page.see("config-count", LIMIT, LIMIT)
    expect(page.page.locator("#plugin tbody.innovaphone-whatsapp-number")).to_have_count(LIMIT)
    expect(row_of(page, 0)).to_contain_text(HOSTILE)
    nothing_ran(page)
    page.check("twenty-numbers")
    page.button("back").click()
    page.button("setup").click()
    fill_set_up(page, ids[LIMIT])
    page.button("manual-connect").click()
    page.see("failure-LIMIT")
    page.button("back").click()
    page.hook("leave-ok").click()
    page.button("config").click()
    expect(page.page.locator("#plugin tbody.innovaphone-whatsapp-number")).to_have_count(LIMIT)


def licences_become_fewer(page: SettingsPage):
    """The first stay in use, the others wait, and no further one can be licensed."""
    page.lab.tell("fault", system="pbx", kind="licences", count=5, testMode=False)
    page.see("licenses-count", LIMIT, 5)
    active = page.page.locator("#plugin").get_by_text(page.text("state-ok"), exact=True)
    expect(active).to_have_count(5)
    expect(page.page.locator("#plugin").get_by_text(page.text("state-unlicensed"), exact=True)).to_have_count(LIMIT - 5)
    row = next(each for each in (row_of(page, index) for index in range(LIMIT)) if each.get_by_text(page.text("state-unlicensed"), exact=True).count())
    licensed = row.get_by_label(page.text("licensed"), exact=True)
    licensed.uncheck()
    row.get_by_role("button", name=page.text("save"), exact=True).click()
    page.see("licenses-count", LIMIT - 1, 5)
    expect(licensed).to_be_disabled()
    expect(licensed).to_have_accessible_description(page.text("licfull", 5))
    page.button("back").click()
    page.see("problem-unlicensed", LIMIT - 5)
    page.check("licences-fewer")
    page.lab.tell("fault", system="pbx", kind="licences", count=LIMIT, testMode=False)
    expect(page.page.locator("#plugin").get_by_text(page.text("problem-unlicensed", LIMIT - 5))).to_have_count(0, timeout=40_000)


def zone_is_gone(page: SettingsPage):
    """A zone is ticked off in the PBX while somebody chooses it, and then the one that is in use."""
    page.lab.tell("objects", action="grant", object="connect", app="whatsapp2", on=True)
    expect(page.button("config")).to_be_enabled(timeout=40_000)
    page.button("config").click()
    row = row_of(page, 1)
    zone = row.get_by_label(page.text("zone"), exact=True).locator("visible=true")
    expect(zone).to_have_value("whatsapp")
    zone.select_option("whatsapp2")
    expect(zone).to_have_accessible_description(re.compile(re.escape(page.text("zonehint", "whatsapp"))))
    page.lab.tell("objects", action="grant", object="connect", app="whatsapp2", on=False)
    row.get_by_role("button", name=page.text("save"), exact=True).click()
    expect(zone).to_have_accessible_description(re.compile(re.escape(page.text("failure-NOT_FOUND-zone"))))
    expect(zone).to_be_focused()
    page.check("zone-gone")
    row.get_by_role("button", name=page.text("discard"), exact=True).click()
    expect(zone).to_have_value("whatsapp")
    before = page.lab.newest()
    page.lab.tell("objects", action="grant", object="connect", app="whatsapp", on=False)
    # What a session of Connect may see counts from its login on.
    page.lab.tell("fault", system="connect", kind="restart")
    page.button("back").click()
    page.see("problem-no-zone", "whatsapp")
    page.see("problem-connect", "connect", "whatsapp")
    page.button("config").click()
    expect(zone.locator("option:checked")).to_have_text(page.text("zone-gone", "whatsapp"))
    page.button("back").click()
    page.button("allow").click()
    expect(page.button("allow")).to_have_count(0)
    # So often the connector looks for zones that it misses.
    page.lab.tell("clock", advanceSeconds=300)
    expect(page.page.locator("#plugin").get_by_text(page.text("problem-no-zone", "whatsapp"))).to_have_count(0, timeout=40_000)
    (update,) = page.lab.sent(before, "UpdateObject")
    assert update["apps"] == "whatsapp" and set(update) == {"api", "mt", "src", "guid", "apps"}, update


def neighbour_outlives_deletion(page: SettingsPage):
    page.hook("obj-whatsapp").click()
    expect(page.page.get_by_label(HOSTILE)).to_be_checked()
    before = page.lab.newest()
    page.button("del").click()
    page.hook("delete-ok").click()
    page.see("done-deleted")
    objects = page.lab.objects()
    assert "whatsapp" not in objects and {"whatsapp2", "foreign", "connect2"} <= objects.keys()
    (deleted,) = page.lab.sent(before, "DeleteObject")
    assert deleted["guid"] not in {each["guid"] for each in objects.values()}
    assert not any("whatsapp" in each["apps"] for each in objects.values())


NUMBER_SCENARIOS = [meta_refuses, twenty_numbers_and_one_more, licences_become_fewer, zone_is_gone, neighbour_outlives_deletion]
