"""Every screen of the settings in English and German, light and dark: settings_screens.py [--screenshots FOLDER]

At each screen language and scheme change below the hands of whoever is there, and the rules of accessibility are looked at each time. The
pictures are cut to the plugin; docs/administrator.md shows some of them.
"""

import argparse
from pathlib import Path

from _accessibility import offences
from _chromium import chromium, folder_for_screenshots
from _settings_page import SettingsPage
from demo_page import BINARY, Demo
from playwright.sync_api import Browser, Locator, Page, expect

PAIRS = [(language, scheme) for language in ("en", "de") for scheme in ("light", "dark")]
WIDTH, HEIGHT = 1000, 900

# As a person would do with the page's own controls, which an open dialog covers.
SWITCH_PLUGIN = """
([language, scheme]) => {
  for (const [id, value] of [["language", language], ["scheme", scheme]]) {
    const select = document.getElementById(id);
    select.value = value;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
"""
SWITCH_OWN_PAGE = """
([language, scheme]) => {
  const press = id => document.getElementById(`test-innovaphone-whatsapp-${id}`).click();
  if (document.documentElement.lang !== language) press("language");
  if (document.documentElement.dataset.scheme !== scheme) press("scheme");
}
"""


class Screens:
    """Looks at what a page shows, in all pairs of language and scheme."""

    def __init__(self, page: Page, switch: str, root: str, screenshots: Path, margin: int = 12):
        self.page = page
        self.switch = switch
        self.root = root
        self.screenshots = screenshots
        self.margin = margin

    def look(self, name: str, part: Locator | None = None, is_steady: bool = True):
        shown = part or self.page.locator(self.root)
        seen = {}
        for language, scheme in PAIRS:
            self.page.evaluate(self.switch, [language, scheme])
            found = offences(self.page, self.root)
            assert found == [], f"{name}, {language}, {scheme}: " + "\n".join(found)
            self._picture(shown, self.screenshots / f"{name}-{language}-{scheme}.png")
            seen[language, scheme] = shown.inner_text()
        self.page.evaluate(self.switch, ["en", "light"])
        for language in ("en", "de") if is_steady else ():
            light, dark = seen[language, "light"], seen[language, "dark"]
            assert light == dark, f"{name}, {language}: the scheme changes the text:\n{light}\n---\n{dark}"
        assert seen["en", "light"] != seen["de", "light"], f"{name}: the language does not change the text"
        assert "{" not in seen["de", "light"] + seen["en", "light"], f"{name}: a text is missing"

    def _picture(self, shown: Locator, path: Path):
        """A part with a little of its surroundings, as high as it is."""
        height = self.page.evaluate("document.scrollingElement.scrollHeight")
        self.page.set_viewport_size({"width": WIDTH, "height": max(HEIGHT, height)})
        # Colours glide.
        self.page.wait_for_timeout(200)
        box = shown.bounding_box()
        left, top = max(0, box["x"] - self.margin), max(0, box["y"] - self.margin)
        clip = {"x": left, "y": top, "width": min(WIDTH - left, box["width"] + 2 * self.margin), "height": box["height"] + 2 * self.margin}
        self.page.screenshot(path=path, clip=clip)
        self.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})


def dialog(page: SettingsPage) -> Locator:
    return page.page.get_by_role("alertdialog")


def object_screens(page: SettingsPage, screens: Screens):
    expect(page.button("addapp")).to_be_visible()
    screens.look("home-empty")
    page.lab.tell("objects", action="mode", object="connect", mode="moderator", on=False)
    page.button("addapp").click()
    page.see("nomoderator")
    screens.look("no-moderator")
    page.lab.tell("objects", action="mode", object="connect", mode="moderator", on=True)
    page.button("checkagain").click()
    expect(page.field("connectmod")).to_have_value("connect~moderator")
    page.field("licenses").fill("2")
    page.page.get_by_label("Config User").check()
    page.page.locator("#plugin h1").focus()
    screens.look("add")
    page.button("cancel").click()
    screens.look("leave", dialog(page))
    page.hook("leave-cancel").click()
    page.lab.refuse("SetInstancePassword", "The instance is stopped.")
    page.button("ok").click()
    page.see("failure-MANAGER_ERROR", "The instance is stopped.")
    expect(page.hook("ok")).to_have_attribute("aria-busy", "false")
    screens.look("add-failed")
    page.button("ok").click()
    page.see("done-added")
    page.lab.tell("fault", system="pbx", kind="licences", count=2, testMode=False)
    expect(page.hook("obj-whatsapp")).to_contain_text(page.text("licenses-used", 0, 2), timeout=40_000)
    expect(page.hook("obj-whatsapp")).to_contain_text(page.text("st_ok"), timeout=40_000)
    expect(page.button("setup")).to_be_enabled(timeout=40_000)
    screens.look("home-added")


def set_up_screen(page: SettingsPage, screens: Screens):
    account = page.lab.read("settings")["account"]
    page.lab.tell("account", numbers=3)
    page.button("setup").click()
    page.field("pin").fill("271828")
    page.field("waba").fill(account["waba"])
    page.field("manual-token").fill(account["token"])
    page.field("manual-secret").fill(account["appSecret"])
    page.page.locator("#plugin summary").click()
    page.page.locator("#plugin h1").focus()
    screens.look("setup")
    page.button("manual-connect").click()
    page.see("onbdone", 3)


def configuration_screens(page: SettingsPage, screens: Screens):
    ids = [each["id"] for each in page.lab.read("settings")["account"]["numbers"]]
    first, second, third = (page.hook(f"number-{id}") for id in ids)

    def save(row: Locator):
        button = row.get_by_role("button", name=page.text("save"), exact=True)
        button.click()
        expect(button).to_have_count(0)

    expect(first.get_by_label(page.text("zone"), exact=True).locator("visible=true")).to_have_value("whatsapp")
    tags = first.get_by_label(page.text("tags"), exact=True)
    tags.press_sequentially("sales,key account,")
    first.get_by_label(page.text("closedmsg"), exact=True).fill("The 24 hours are over. Please call the customer.")
    first.get_by_label(page.text("readreceipts"), exact=True).check()
    save(first)
    third.get_by_label(page.text("app"), exact=True).select_option("")
    save(third)
    second.get_by_label(page.text("closedmsg"), exact=True).fill("Back on Monday.")
    expect(page.page.locator("#plugin")).to_contain_text(page.text("licenses-count", 2, 2))
    # What is known of account, apps and zones comes a little later than the numbers.
    expect(page.page.locator("#plugin")).to_contain_text(page.text("token"))
    expect(third).to_contain_text(page.text("suggested"))
    page.page.locator("#plugin h1").focus()
    screens.look("configuration")
    screens.look("configuration-numbers", page.page.locator("#plugin .innovaphone-whatsapp-part").first)
    page.page.locator("#plugin summary").click()
    screens.look("general", page.page.locator("#plugin .innovaphone-whatsapp-part").last)

    other = SettingsPage(page.page.context.browser, page.lab.address, page.screenshots)
    other.button("config").click()
    row = other.hook(f"number-{ids[1]}")
    row.get_by_label(other.text("closedmsg"), exact=True).fill("We are back on Tuesday.")
    row.get_by_role("button", name=other.text("save"), exact=True).click()
    page.see("conflict")
    screens.look("conflict", second)
    other.end()
    page.button("reload").click()
    page.button("delete-number", ids[2]).click()
    screens.look("delete-number", dialog(page))
    page.hook("deletenumber-cancel").click()
    page.cut()
    page.see("noinstance")
    screens.look("instance-lost", page.page.locator("#plugin [class*=frame-state]"))
    page.mend()
    expect(page.page.locator("#plugin").get_by_text(page.text("noinstance"))).to_have_count(0, timeout=60_000)
    page.button("back").click()


def information_screens(page: SettingsPage, screens: Screens):
    page.button("info").click()
    page.button("webhook-test").click()
    page.see("webhook-fine")
    screens.look("information")
    page.button("posts-start").click()
    page.see("posts-own-waiting")
    # The time that is left passes meanwhile.
    screens.look("private-posts", page.hook("posts"), is_steady=False)
    page.hook("posts-cancel").click()
    page.button("back").click()


def object_is_changed(page: SettingsPage, screens: Screens):
    page.hook("obj-whatsapp").click()
    expect(page.page.get_by_label("Config User")).to_be_checked()
    page.field("sip").fill("wa-sales")
    page.button("ok").click()
    screens.look("rename", dialog(page))
    page.hook("rename-cancel").click()
    page.button("del").click()
    screens.look("delete", dialog(page))
    page.hook("delete-cancel").click()
    page.field("sip").fill("whatsapp")
    page.button("cancel").click()


def problems(page: SettingsPage, screens: Screens):
    """Home with as many lines as an administrator can have at once."""
    page.lab.tell("objects", action="grant", object="connect", app="whatsapp", on=False)
    page.lab.tell("objects", action="licences", object="whatsapp", count=1)
    expect(page.button("info")).to_be_enabled(timeout=40_000)
    page.reload()
    page.see("problem-connect", "connect", "whatsapp")
    page.see("problem-unlicensed", 1)
    screens.look("problems")
    page.lab.tell("objects", action="password", object="whatsapp", password="typo")
    page.reload()
    expect(page.hook("obj-whatsapp")).to_contain_text(page.text("st_pwd"), timeout=30_000)
    expect(page.hook("problems")).to_contain_text(page.text("problem-licence-grace").split("$0")[0], timeout=40_000)
    screens.look("password-differs")


def own_page(browser: Browser, page: SettingsPage, screenshots: Path):
    instance = page.lab.read("settings")["instance"]
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, locale="en-GB", timezone_id="Europe/Berlin")
    own = context.new_page()
    own.goto(instance["page"])
    screens = Screens(own, SWITCH_OWN_PAGE, "body", screenshots, margin=0)
    password = own.get_by_label(page.text("login-password"), exact=True)
    expect(password).to_be_focused()
    screens.look("own-page-login", own.get_by_role("main"))
    password.fill(instance["password"])
    password.press("Enter")
    expect(own.get_by_role("button", name=page.text("setup"), exact=True)).to_be_enabled()
    screens.look("own-page-home", own.get_by_role("main"))
    own.get_by_role("button", name=page.text("recipe"), exact=True).click()
    screens.look("own-page-recipe", own.get_by_role("main"))
    context.close()


def play(browser: Browser, demo: Demo, screenshots: Path):
    page = SettingsPage(browser, demo.address, screenshots)
    screens = Screens(page.page, SWITCH_PLUGIN, "#plugin", screenshots)
    try:
        for show in (object_screens, set_up_screen, configuration_screens, information_screens, object_is_changed, problems):
            show(page, screens)
            print(f"{show.__name__}: passed", flush=True)
        own_page(browser, page, screenshots)
        print("own_page: passed", flush=True)
    except BaseException:
        page.page.screenshot(path=screenshots / "failed.png", full_page=True)
        print(f"FAILED, see {screenshots}/failed.png\nLast lines of the demo:\n" + "".join(demo.lines[-30:]), flush=True)
        raise
    page.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--screenshots", type=Path, help="folder for the screenshots (default: a temporary one)")
    options = parser.parse_args()
    screenshots = folder_for_screenshots(options.screenshots, "settings-screens")
    with chromium() as browser:
        demo = Demo(BINARY, arguments=("--empty",))
        try:
            play(browser, demo, screenshots)
        finally:
            demo.end()
    print(f"Screenshots: {screenshots}")


if __name__ == "__main__":
    main()
