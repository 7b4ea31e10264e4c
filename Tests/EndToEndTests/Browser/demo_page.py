"""Plays a conversation on the demo page in a real browser: demo_page.py [ADDRESS] [--screenshots FOLDER]

Without an address it starts the built binary's demo and ends it again.
"""

import argparse
import json
import re
import subprocess
import threading
import urllib.request
from pathlib import Path

from _chromium import chromium, folder_for_screenshots
from playwright.sync_api import Locator, Page, expect

REPOSITORY = Path(__file__).resolve().parents[3]
BINARY = REPOSITORY / ".build/debug/whatsapp-connector"
WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 390, "height": 844}

CUSTOMER_TEXT = "Grüße aus Köln! 😀 Ist meine Bestellung 4711 fertig?"
COLLEAGUE_TEXT = "Guten Tag Frau Lovelace, sie liegt für Sie bereit 👍"
PRIVATE_TEXT = "Bitte den Preis noch einmal prüfen, bevor sie kommt."
FURTHER_TEXT = "Wir haben heute bis 18 Uhr geöffnet."
QUOTING_TEXT = "Wunderbar, dann bis später & danke!"
LATE_TEXT = "Noch eine Frage zu gestern …"
NEXT_TEXT = "Guten Morgen, ich bin es noch einmal"
CLOSING_TEXT = "The answer timeframe of this discussion is over."


class Demo:
    """The demo of the built binary as a process of its own."""

    def __init__(self, binary: Path, port: int = 0, arguments: tuple[str, ...] = ()):
        if not binary.exists():
            raise SystemExit(f"{binary} is missing; build it first: swift build -debug-info-format none")
        self.process = subprocess.Popen(
            [binary, "demo", "--listen", f"127.0.0.1:{port}", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.lines: list[str] = []
        self.address: str | None = None
        self._found = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()
        if not self._found.wait(60) or self.address is None:
            self.process.kill()
            raise SystemExit("The demo did not say where it listens:\n" + "".join(self.lines))

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line)
            match = re.search(r"http://(?:127\.0\.0\.1|localhost):\d+", line)
            if match and not self._found.is_set():
                self.address = match.group()
                self._found.set()
        self._found.set()

    def end(self) -> int:
        """Asks it to end, and returns its exit status."""
        self.process.terminate()
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError("The demo did not end within 30 s of SIGTERM")


class Conversation:
    """The page as its two users see it."""

    def __init__(self, page: Page, address: str, screenshots: Path):
        self.page = page
        self.address = address
        self.screenshots = screenshots
        self.chat = page.get_by_role("log", name="Chat")
        self.cards = page.locator("#discussions .card")
        self.countdown = page.locator("#countdown")

    def own_bubble(self, text: str) -> Locator:
        return self.chat.locator(".bubble.own", has_text=text)

    def answer(self, text: str) -> Locator:
        return self.chat.locator(".bubble.other", has_text=text)

    def post(self, text: str) -> Locator:
        return self.page.locator("#discussions .post", has_text=text)

    def write_as_customer(self, text: str):
        box = self.page.get_by_label("Message to the business")
        box.fill(text)
        box.press("Enter")
        expect(self.own_bubble(text)).to_be_visible()
        expect(box).to_have_value("")

    def reply(self, to: Locator, text: str):
        to.get_by_role("button", name="Reply", exact=True).click()
        box = to.locator("xpath=..").locator("> .reply-box textarea")
        expect(box).to_be_focused()
        box.fill(text)
        box.press("Enter")
        expect(self.post(text)).to_be_visible()

    def reply_privately(self, to: Locator, recipient: str, text: str):
        to.get_by_role("button", name="Reply privately").click()
        box = to.locator("xpath=..").locator("> .reply-box")
        box.get_by_label("Recipient of the private reply").select_option(label=recipient)
        box.locator("textarea").fill(text)
        box.locator("textarea").press("Enter")
        expect(self.post(text)).to_be_visible()

    def screenshot(self, name: str):
        # Animations and the images of late fonts are over by then.
        self.page.wait_for_timeout(400)
        self.page.screenshot(path=self.screenshots / f"{name}.png")

    def check_width(self):
        width = self.page.evaluate("document.scrollingElement.scrollWidth")
        assert width <= self.page.viewport_size["width"], f"the page is {width} pixels wide"


def empty_page(demo: Conversation):
    page = demo.page
    for name in ("PBX", "Connect", "Meta"):
        expect(page.get_by_role("listitem", name=f"{name} connected", exact=True)).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Write as the customer on the left, answer as a colleague in the middle.")).to_be_visible()
    expect(page.get_by_text("No discussion yet.")).to_be_visible()
    expect(page.get_by_role("button", name="Send a first message")).to_be_visible()
    expect(demo.countdown).to_have_text("not opened yet")
    demo.screenshot("empty")


def customer_writes(demo: Conversation):
    demo.write_as_customer(CUSTOMER_TEXT)
    expect(demo.cards).to_have_count(1)
    expect(demo.cards.get_by_role("heading", name="Ada Lovelace")).to_be_visible()
    expect(demo.post(CUSTOMER_TEXT)).to_contain_text("Answers in this discussion go to the customer on WhatsApp")
    expect(demo.countdown).to_have_text(re.compile(r"^23:\d\d:\d\d left$"))


def colleague_answers(demo: Conversation):
    demo.reply(demo.post(CUSTOMER_TEXT), COLLEAGUE_TEXT)
    expect(demo.answer(COLLEAGUE_TEXT)).to_be_visible()
    expect(demo.answer(COLLEAGUE_TEXT).get_by_role("img", name="read")).to_be_visible()
    expect(demo.post(COLLEAGUE_TEXT)).to_contain_text("Anna Berg")


def private_reply_stays(demo: Conversation):
    demo.reply_privately(demo.post(COLLEAGUE_TEXT), "Ben Koch", PRIVATE_TEXT)
    expect(demo.post(PRIVATE_TEXT)).to_contain_text("Private, only for Anna Berg and Ben Koch")
    # What is public and came later has arrived, so what is private would have.
    demo.page.get_by_role("radio", name="Ben Koch").check(force=True)
    demo.reply(demo.post(CUSTOMER_TEXT), FURTHER_TEXT)
    expect(demo.answer(FURTHER_TEXT)).to_be_visible()
    expect(demo.chat.get_by_text(PRIVATE_TEXT)).to_have_count(0)
    demo.page.get_by_role("radio", name="Carla Lang").check(force=True)
    expect(demo.post(PRIVATE_TEXT)).to_contain_text("Carla Lang does not see this post.")
    demo.page.get_by_role("radio", name="Anna Berg").check(force=True)


def customer_quotes(demo: Conversation):
    bubble = demo.answer(COLLEAGUE_TEXT)
    bubble.hover()
    bubble.get_by_role("button", name="Reply to this").click()
    expect(demo.page.locator("#quoting")).to_contain_text(COLLEAGUE_TEXT)
    box = demo.page.get_by_label("Message to the business")
    expect(box).to_be_focused()
    box.press_sequentially("*Wunderbar*")
    box.press("Shift+Enter")
    expect(box).to_have_value("*Wunderbar*\n")
    demo.write_as_customer(QUOTING_TEXT)
    expect(demo.own_bubble(QUOTING_TEXT).locator("blockquote")).to_contain_text(COLLEAGUE_TEXT)
    expect(demo.page.locator("#quoting")).to_be_hidden()
    # Its place in the tree is below the post that it answers.
    answered = demo.post(COLLEAGUE_TEXT).locator("xpath=..")
    expect(answered.locator(".tree .post", has_text=QUOTING_TEXT)).to_be_visible()


def wire_traffic(demo: Conversation):
    page = demo.page
    lines = page.locator("#wire-list .line")
    for system in ("pbx", "connect", "meta"):
        expect(page.locator(f'#wire-list .line[data-system="{system}"]').first).to_be_attached()
    webhook = page.locator('#wire-list details[data-system="meta"]', has_text="webhook: text").first
    webhook.locator("summary").click()
    expect(webhook.locator("pre")).to_contain_text('"object": "whatsapp_business_account"')
    login = page.locator("#wire-list details", has_text="AppLogin").first
    login.evaluate("line => { line.open = true }")
    expect(login.locator("pre")).to_contain_text('"digest": "•••"')
    meta = page.get_by_role("checkbox", name="Meta")
    meta.uncheck(force=True)
    expect(webhook).to_be_hidden()
    expect(lines.filter(visible=True).first).to_be_attached()
    meta.check(force=True)
    expect(webhook).to_be_visible()
    webhook.locator("summary").click()
    login.evaluate("line => { line.open = false }")


def pictures(demo: Conversation):
    page = demo.page
    page.mouse.move(1, 1)
    page.locator("#wire-list").evaluate("list => { list.scrollTop = list.scrollHeight }")
    demo.check_width()
    demo.screenshot("light")
    page.emulate_media(color_scheme="dark")
    demo.screenshot("dark")
    page.set_viewport_size(NARROW)
    for tab, name in (("Connect", "narrow-connect"), ("Wire", "narrow-wire"), ("Phone", "narrow-phone-dark")):
        page.get_by_role("tab", name=tab).click()
        demo.check_width()
        demo.screenshot(name)
    page.emulate_media(color_scheme="light")
    expect(page.locator("#zone")).to_be_hidden()
    demo.screenshot("narrow-phone")
    page.get_by_role("tab", name="Phone").press("ArrowRight")
    expect(page.get_by_role("tab", name="Connect")).to_be_focused()
    expect(page.locator("#zone")).to_be_visible()
    page.set_viewport_size(WIDE)


def window_closes(demo: Conversation):
    answers = demo.chat.locator(".bubble.other").count()
    demo.page.get_by_role("button", name="+24 h").click()
    expect(demo.countdown).to_have_text("closed")
    expect(demo.post(CLOSING_TEXT)).to_be_visible()
    demo.reply(demo.post(CUSTOMER_TEXT), LATE_TEXT)
    notice = demo.page.locator("#discussions .post[data-private]", has_text="Your post was not sent to the customer")
    expect(notice).to_contain_text("Private, only for Anna Berg and the connector")
    expect(notice).to_be_in_viewport()
    demo.screenshot("closed")
    assert demo.chat.locator(".bubble.other").count() == answers, "something was sent after the window"


def customer_writes_again(demo: Conversation):
    demo.write_as_customer(NEXT_TEXT)
    expect(demo.cards).to_have_count(2)
    expect(demo.cards.first).to_contain_text(NEXT_TEXT)
    expect(demo.cards.last).not_to_contain_text(NEXT_TEXT)
    expect(demo.countdown).to_have_text(re.compile(r"^23:\d\d:\d\d left$"))


def customer_without_phone_number(demo: Conversation):
    page = demo.page
    page.get_by_role("radio", name="Linus").check(force=True)
    expect(page.locator("#customer-about")).to_contain_text("no phone number")
    page.get_by_role("button", name="Send a first message").click()
    card = demo.cards.filter(has=page.get_by_role("heading", name="Linus"))
    expect(card).to_contain_text("Hello, is my order 4711 ready")
    box = card.get_by_label("Reply in this discussion")
    box.fill("*Yes*, it is.")
    box.press("Enter")
    expect(demo.chat.locator(".bubble.other")).to_contain_text("Yes, it is.")
    demo.screenshot("second-customer")


def every_type(demo: Conversation):
    """What the paper clip offers is sent with a click, is seen at once, and can be played, opened or saved."""
    page = demo.page
    page.get_by_role("radio", name="Mae Jemison").check(force=True)
    box = page.get_by_label("Message to the business")
    clip = page.get_by_role("button", name="Attach", exact=True)

    def send(label: str) -> Locator:
        clip.click()
        page.get_by_role("menuitem", name=label).click()
        expect(page.get_by_role("menu", name="Attach")).to_be_hidden()
        expect(demo.chat.locator(".bubble.own")).to_have_count(send.count + 1)
        send.count += 1
        return demo.chat.locator(".bubble.own").last

    send.count = 0
    box.fill("Is this yours?")
    photo = send("Photo")
    expect(photo).to_contain_text("Is this yours?")
    expect(box).to_have_value("")
    image = photo.get_by_role("img", name="Picture: Is this yours?")
    expect(image).to_have_js_property("naturalWidth", 320)
    expect(send("Video").locator("video")).to_have_js_property("duration", 2)
    voice = send("Voice note")
    expect(voice.get_by_role("button", name="Play voice message")).to_be_visible()
    expect(voice).to_contain_text("0:03")
    document = send("Document").get_by_role("link", name="Save Offer 4711.pdf, 677 bytes")
    with page.expect_download() as download:
        document.click()
    assert download.value.suggested_filename == "Offer 4711.pdf", download.value.suggested_filename
    expect(send("Sticker").get_by_role("img", name="Sticker")).to_have_js_property("naturalWidth", 512)
    expect(send("Location")).to_contain_text("48.7015° N, 9.0140° E")
    expect(send("Contact")).to_contain_text("katherine@example.com")
    with page.expect_file_chooser() as chooser:
        clip.click()
        page.get_by_role("menuitem", name="Your file …").click()
    chooser.value.set_files({"name": "note <b>.txt", "mimeType": "text/plain", "buffer": b"Hello"})
    expect(demo.chat.get_by_role("link", name="Save note <b>.txt, 5 bytes")).to_be_visible()

    # The menu and the reactions by keyboard alone.
    clip.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Photo")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("menuitem", name="Video")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu", name="Attach")).to_be_hidden()
    expect(clip).to_be_focused()
    photo.get_by_role("button", name="React to this").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="React with 👍")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(photo.get_by_role("img", name="Reactions: ❤️")).to_be_visible()
    photo.locator(".bubble-foot").click()
    page.get_by_role("button", name="React with ❤️").click()
    expect(photo.locator(".reaction")).to_have_count(0)
    demo.check_width()
    demo.screenshot("every-type")


def every_type_back(demo: Conversation):
    """A colleague sends each kind back: the phone shows it as what it is."""
    page = demo.page
    state = json.load(urllib.request.urlopen(demo.address + "/lab/api/state", timeout=10))
    customer = next(each for each in state["customers"] if each["key"] == "mae")
    sent: dict[str, dict] = {}
    for message in (message for chat in customer["chats"] for message in chat["messages"] if message.get("file")):
        sent.setdefault(message["type"], message["file"])
    card = demo.cards.filter(has=page.locator("h3", has_text="Mae Jemison"))
    box = card.get_by_label("Reply in this discussion")
    answers = demo.chat.locator(".bubble.other")
    count = answers.count()

    def answer(text: str, files: list[dict]) -> Locator:
        nonlocal count
        box.fill(text)
        if files:
            with page.expect_file_chooser() as chooser:
                card.locator(".card-foot").get_by_role("button", name="Attach files").click()
            chooser.value.set_files(files)
        box.press("Enter")
        count += 1
        expect(answers).to_have_count(count)
        return answers.last

    def file(kind: str, name: str) -> dict:
        with urllib.request.urlopen(demo.address + sent[kind]["url"], timeout=10) as response:
            return {"name": name, "mimeType": sent[kind]["mimeType"], "buffer": response.read()}

    card_file = {"name": "Ada.vcf", "mimeType": "text/vcard", "buffer": b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada Byron\r\nTEL:+49301234\r\nEND:VCARD\r\n"}
    expect(answer("*Yes*, these are ours", [])).to_contain_text("Yes")
    expect(answer("The new one", [file("image", "photo.jpg")]).get_by_role("img", name="Picture: The new one")).to_have_js_property("naturalWidth", 320)
    expect(answer("", [file("video", "clip.mp4")]).locator("video")).to_have_js_property("duration", 2)
    expect(answer("", [file("audio", "recording.ogg")]).get_by_role("button", name="Play voice message")).to_be_visible()
    expect(answer("", [file("document", "Reply.pdf")]).get_by_role("link", name="Save Reply.pdf, 677 bytes")).to_be_visible()
    expect(answer("", [file("sticker", "smile.webp")]).get_by_role("img", name="Sticker")).to_have_js_property("naturalWidth", 512)
    expect(answer("geo:48.7758,9.1829", [])).to_contain_text("48.7758° N, 9.1829° E")
    expect(answer("", [card_file])).to_contain_text("Ada Byron")

    # All of both directions on one picture.
    page.set_viewport_size({"width": 1280, "height": 3_100})
    page.locator("#discussions").evaluate("element => element.scrollTo(0, 0)")
    page.wait_for_timeout(400)
    page.screenshot(path=demo.screenshots / "every-type-both-ways.png", clip={"x": 0, "y": 80, "width": 895, "height": 2_980})
    page.set_viewport_size(WIDE)


def hostile_html(demo: Conversation):
    """Whatever a post holds, only the allowed elements become part of the page."""
    html = (
        '<b>marker</b><img src="https://example.com/x.png" onerror="document.title=1"><script>document.title=2</script>'
        '<a href="javascript:document.title=3">bad link</a><a href="https://example.com/" onclick="document.title=4">good link</a>'
        '<style>*{display:none}</style><svg onload="document.title=5"></svg><u style="position:fixed">under</u>'
    )
    request = urllib.request.Request(
        demo.address + "/lab/api/post", json.dumps({"author": "ben", "html": html}).encode(), {"Content-Type": "application/json"}
    )
    urllib.request.urlopen(request, timeout=10).read()
    text = demo.post("marker").locator(".post-text")
    expect(text).to_have_text("markerbad linkgood linkunder")
    names = text.evaluate("node => [...node.querySelectorAll('*')].map(each => each.outerHTML)")
    assert names == [
        "<b>marker</b>",
        '<a href="https://example.com/" rel="noopener noreferrer" target="_blank">good link</a>',
        "<u>under</u>",
    ], names
    expect(demo.page).to_have_title("Connector for WhatsApp: demo")


def connects_again(demo: Conversation):
    """A page that was left open takes up the next demo on the same port, and forgets the old one."""
    next_demo = Demo(BINARY, int(demo.address.rsplit(":", 1)[1]))
    try:
        assert next_demo.address == demo.address, f"the port of {demo.address} is taken"
        expect(demo.page.get_by_role("listitem", name="Connect connected")).to_be_visible()
        expect(demo.page.get_by_text("No discussion yet.")).to_be_visible()
        expect(demo.page.locator("#wire-list .line", has_text="webhook")).to_have_count(0)
        demo.write_as_customer(NEXT_TEXT)
        expect(demo.cards).to_have_count(1)
        assert next_demo.end() == 0
    finally:
        if next_demo.process.poll() is None:
            next_demo.process.kill()
    print("connects_again: passed", flush=True)


def play(address: str, screenshots: Path, demo_process: Demo | None):
    with chromium() as browser:
        page = browser.new_context(viewport=WIDE, locale="en-GB", timezone_id="Europe/Berlin", color_scheme="light").new_page()
        page.set_default_timeout(15_000)
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(f"error in the page: {error}"))
        page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
        page.on("request", lambda request: None if request.url.startswith(address) else complaints.append(f"foreign request: {request.url}"))
        page.goto(address)

        demo = Conversation(page, address, screenshots)
        steps = [
            empty_page, customer_writes, colleague_answers, private_reply_stays, customer_quotes, wire_traffic, pictures, window_closes,
            customer_writes_again, customer_without_phone_number, every_type, every_type_back, hostile_html,
        ]
        for step in steps:
            try:
                step(demo)
            except Exception:
                demo.screenshot("failed")
                print(f"{step.__name__}: FAILED, see {screenshots}/failed.png", flush=True)
                raise
            print(f"{step.__name__}: passed", flush=True)
        assert complaints == [], complaints

        if demo_process:
            # With the page still open.
            status = demo_process.end()
            assert status == 0, f"the demo ended with {status}"
            expect(page.locator("#chips")).to_contain_text("does not answer")
            print("the end is noticed: passed", flush=True)
            connects_again(demo)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("address", nargs="?", help="address of a running demo, such as http://127.0.0.1:8090")
    parser.add_argument("--screenshots", type=Path, help="folder for the screenshots (default: a temporary one)")
    options = parser.parse_args()
    screenshots = folder_for_screenshots(options.screenshots, "demo-page")
    demo = None if options.address else Demo(BINARY)
    try:
        play((options.address or demo.address).rstrip("/"), screenshots, demo)
    except BaseException:
        if demo:
            print("Last lines of the demo:\n" + "".join(demo.lines[-30:]), flush=True)
        raise
    finally:
        if demo and demo.process.poll() is None:
            demo.end()
    print(f"Screenshots: {screenshots}")


if __name__ == "__main__":
    main()
