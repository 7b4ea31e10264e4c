"""The connector's own settings page, which needs no PBX: who has the instance's password may use it."""

import re

from _accessibility import offences
from playwright.sync_api import expect
from _settings_page import SettingsPage

# What the lab gives the instance, until an administrator adds the app object.
PASSWORD = "lab-instance-1"


def fallback_page(page: SettingsPage):
    scripts = page.page.evaluate("[...document.scripts].map(script => script.src)")
    folder = next(each for each in scripts if each.endswith("/innovaphone.whatsappmanager.js")).rsplit("/", 1)[0]
    scheme = page.page.get_by_label("Scheme").input_value()
    context = page.page.context.browser.new_context(viewport={"width": 1000, "height": 900}, locale="en-GB", color_scheme=scheme)
    own = context.new_page()
    complaints: list[str] = []
    own.on("pageerror", lambda error: complaints.append(str(error)))
    own.on("console", lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None)
    own.on("request", lambda request: None if request.url.startswith(folder) else complaints.append(f"foreign request: {request.url}"))
    own.goto(f"{folder}/settings?lang={page.language}")

    def check(name: str):
        for width in (1000, 320):
            own.set_viewport_size({"width": width, "height": 900})
            own.wait_for_timeout(250)
            own.screenshot(path=page.screenshots / f"{name}-{page.tag}-{width}.png", full_page=True)
            found = offences(own, "body")
            assert found == [], f"{name}, {width} pixels: " + "\n".join(found)
        own.set_viewport_size({"width": 1000, "height": 900})

    password = own.get_by_label(page.text("login-password"), exact=True)
    expect(password).to_be_focused()
    password.press("Enter")
    expect(password).to_have_accessible_description(re.compile(re.escape(page.text("required"))))
    password.fill("guessed")
    password.press("Enter")
    expect(password).to_have_accessible_description(re.compile(re.escape(page.text("login-failed"))))
    check("own-page-login")
    password.fill(PASSWORD)
    password.press("Enter")
    expect(own.get_by_role("button", name=page.text("setup"), exact=True)).to_be_enabled()
    expect(own.get_by_role("button", name=page.text("addapp"), exact=True)).to_have_count(0)
    check("own-page-home")
    own.get_by_role("button", name=page.text("recipe"), exact=True).click()
    main = own.get_by_role("main")
    for value in (f"{folder}/innovaphone-whatsapp", "connect~moderator", "Websocket"):
        expect(main).to_contain_text(value)
    check("own-page-recipe")
    assert PASSWORD not in own.content(), "the password is in the page"
    assert context.cookies() == [] and own.evaluate("localStorage.length + sessionStorage.length") == 0, "something is kept"
    own.get_by_role("button", name=page.text("logout"), exact=True).click()
    expect(password).to_have_value("")
    assert complaints == [], complaints
    context.close()
