"""The service behind nginx with the configuration that is shipped: behind_proxy.py [--screenshots FOLDER]

PBX, Connect and WhatsApp are simulated, and reach the service through nginx as well; a browser and single requests come over TLS. Needs nginx and openssl.
"""

import argparse
import base64
import hashlib
import hmac
import http.client
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import warnings
from pathlib import Path

from _chromium import chromium, folder_for_screenshots
from _settings_page import Lab
from app_platform import Process, free_port
from demo_page import REPOSITORY
from playwright.sync_api import expect

SHIPPED = REPOSITORY / "packaging/nginx/whatsapp-connector.conf"
INSTANCE = "/example.com/whatsapp"
SECRET = "lab-app-secret"
PASSWORD = "lab-instance-1"
# What the connector takes, and what nginx lets through.
LARGEST_BODY, LARGEST_PASSED = 4 << 20, 5 << 20


class Proxy:
    """nginx with what is shipped: over TLS, and once more without, for simulators that know no certificate."""

    def __init__(self, folder: Path, upstream: int):
        self.folder = folder
        self.tls, self.plain = free_port(), free_port()
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
             "subjectAltName=DNS:localhost", "-keyout", folder / "key.pem", "-out", folder / "certificate.pem"],
            check=True, capture_output=True)
        shipped = SHIPPED.read_text()
        changes = {
            "server 127.0.0.1:8080;": f"server 127.0.0.1:{upstream};",
            "listen 443 ssl;": f"listen 127.0.0.1:{self.tls} ssl;",
            "    listen [::]:443 ssl;\n": "",
            "server_name ap.example.com;": "server_name localhost;",
            "/etc/ssl/private/ap.example.com.pem": str(folder / "certificate.pem"),
            "/etc/ssl/private/ap.example.com.key": str(folder / "key.pem"),
        }
        for old, new in changes.items():
            assert shipped.count(old) == 1, f"the shipped configuration has not one {old!r}"
            shipped = shipped.replace(old, new)
        server = shipped[shipped.index("\nserver {"):]
        plain = re.sub(r"\n    ssl_\w+ [^\n]*", "", server).replace(f"listen 127.0.0.1:{self.tls} ssl;", f"listen 127.0.0.1:{self.plain};")
        temporary = "".join(f"    {kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        # Two workers share nothing, as on any machine; root would start them as nobody, who cannot read the folder.
        user = "user root;\n" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(
            f"daemon off;\nworker_processes 2;\n{user}pid {folder}/nginx.pid;\nerror_log {folder}/error.log warn;\nevents {{}}\n"
            f"http {{\n    access_log off;\n{temporary}{shipped}{plain}\n}}\n")
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        self.process = subprocess.Popen([nginx, "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"])
        end = time.monotonic() + 20
        while socket.socket().connect_ex(("127.0.0.1", self.tls)):
            assert time.monotonic() < end and self.process.poll() is None, (folder / "error.log").read_text()
            time.sleep(0.05)

    def context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.folder / "certificate.pem")

    def connect(self) -> http.client.HTTPSConnection:
        return http.client.HTTPSConnection("localhost", self.tls, timeout=20, context=self.context())

    def ask(self, method: str, path: str, body: bytes | None = None, headers: dict | None = None) -> http.client.HTTPResponse:
        """One request over a connection of its own; the answer has its body in `content`."""
        connection = self.connect()
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        answer.content = answer.read()
        connection.close()
        return answer

    def end(self):
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(20)


def signed(body: bytes) -> dict:
    return {"Content-Type": "application/json", "X-Hub-Signature-256": "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()}


def filled(size: int) -> bytes:
    """A notification of that many bytes, with blanks, escapes and letters as no program would write them again."""
    start, end = b'{ "object" : "whatsapp_business_account",\n\t"entry":[ ], "x":"\\u00e9\\/\xc3\xa9 ', b'"}\r\n'
    return start + b"." * (size - len(start) - len(end)) + end


def webhooks(proxy: Proxy):
    """Bodies arrive byte for byte, or the signature would not fit; and what is too large is refused."""
    path = f"{INSTANCE}/webhook"
    for size in (200, 100_000, LARGEST_BODY):
        body = filled(size)
        for place in (path, f"{path}/"):
            assert proxy.ask("POST", place, body, signed(body)).status == 200, (size, place)
        assert proxy.ask("POST", path, body + b" ", signed(body)).status in (401, 403, 413), size
    for size in (LARGEST_BODY + 1, LARGEST_PASSED + 1):
        try:
            assert proxy.ask("POST", path, filled(size), signed(filled(size))).status == 413, size
        except (BrokenPipeError, ConnectionResetError):
            # nginx answers before it has read everything, and then closes.
            assert size > LARGEST_PASSED
    query = "?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token="
    for place in (path, f"{path}/"):
        answer = proxy.ask("GET", f"{place}{query}lab-verify-token")
        assert (answer.status, answer.content) == (200, b"1158201444"), (place, answer.status)
    assert proxy.ask("GET", f"{path}{query}wrong").status == 403


def unknown_paths(proxy: Proxy):
    """There are no redirects, and what does not exist has no page that says so."""
    for place in ("/", "/example.com", INSTANCE, f"{INSTANCE}/", f"{INSTANCE}/nothing", "/other.example/whatsapp/webhook", f"{INSTANCE}/webhook/nothing"):
        for method in ("GET", "POST"):
            answer = proxy.ask(method, place, b"{}" if method == "POST" else None)
            assert answer.status in (403, 404, 405) and answer.getheader("Location") is None, (method, place, answer.status)
            assert len(answer.content) < 200 and b"<html" not in answer.content, (method, place, answer.content[:100])


def upgrade_after_keep_alive(proxy: Proxy):
    """A WebSocket over a connection that has carried requests before, towards nginx and from there to the service; where Meta calls there is none."""
    refused = proxy.ask("GET", f"{INSTANCE}/webhook", headers={
        "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode()})
    assert refused.status == 403, refused.status
    with socket.create_connection(("localhost", proxy.tls), timeout=20) as raw, proxy.context().wrap_socket(raw, server_hostname="localhost") as stream:
        file = stream.makefile("rb")
        for _ in range(20):
            stream.sendall(f"GET {INSTANCE}/innovaphone-whatsapp.png HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            assert b" 200 " in file.readline()
            length = 0
            while (line := file.readline().strip()):
                length = int(line.split(b":")[1]) if line.lower().startswith(b"content-length") else length
            assert len(file.read(length)) == length > 0
        key = base64.b64encode(os.urandom(16)).decode()
        stream.sendall((
            f"GET {INSTANCE}/anything HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n").encode())
        assert b" 101 " in file.readline()
        while file.readline().strip():
            pass
        text = b'{"mt":"AppChallenge"}'
        mask = os.urandom(4)
        stream.sendall(bytes([0x81, 0x80 | len(text)]) + mask + bytes(byte ^ mask[index % 4] for index, byte in enumerate(text)))
        first, length = file.read(2)
        answer = json.loads(file.read(length))
        assert first == 0x81 and answer["mt"] == "AppChallengeResult" and answer["challenge"], answer


def forwarded_addresses(proxy: Proxy, service: int):
    """Only what a trusted proxy says of an address counts, and nginx says nothing that its client invented."""
    def settings(headers: dict, direct: bool) -> int:
        if not direct:
            return proxy.ask("GET", f"{INSTANCE}/settings", headers=headers).status
        connection = http.client.HTTPConnection("127.0.0.1", service, timeout=20)
        connection.request("GET", f"{INSTANCE}/settings", headers=headers)
        return connection.getresponse().status

    foreign = {"X-Forwarded-For": "203.0.113.9"}
    assert settings({}, direct=False) == 200
    assert settings(foreign, direct=False) == 200, "the client's own header reached the service"
    assert settings({}, direct=True) == 200
    assert settings(foreign, direct=True) in (403, 404), "a trusted proxy was not believed"


def only_new_tls(proxy: Proxy):
    for version, works in ((ssl.TLSVersion.TLSv1_3, True), (ssl.TLSVersion.TLSv1_2, True), (ssl.TLSVersion.TLSv1_1, False)):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
            context.minimum_version = context.maximum_version = version
        try:
            with socket.create_connection(("localhost", proxy.tls), timeout=20) as raw, context.wrap_socket(raw, server_hostname="localhost"):
                connected = True
        except (ssl.SSLError, ConnectionResetError):
            connected = False
        assert connected == works, version


def conversation(lab: Lab):
    """A text and a large file on their way in, and an answer on its way out, all through the proxy."""
    def wait(what: str, condition):
        end = time.monotonic() + 60
        while not (result := condition()):
            assert time.monotonic() < end, what
            time.sleep(0.1)
        return result

    def posts() -> list[dict]:
        return lab.read("state")["posts"]

    lab.tell("customer", customer="ada", text="Through the proxy")
    root = wait("the text is posted", lambda: next((each for each in posts() if "Through the proxy" in each["text"]), None))
    lab.tell("post", author="ben", text="And back", repliesTo=root["id"])
    wait("the answer is sent", lambda: any("And back" in json.dumps(each) for each in lab.read("state")["customers"]))
    lab.tell("customer", customer="ada", type="document", name="plans.pdf", mimeType="application/pdf", size=30_000_000)
    file = wait("the file is posted", lambda: next((file for each in posts() for file in each.get("files", []) if "plans" in file["name"]), None))
    assert file["size"] == 30_000_000, file


def browser_at_settings(proxy: Proxy, screenshots: Path):
    with chromium() as browser:
        context = browser.new_context(viewport={"width": 1000, "height": 900}, locale="en-GB", ignore_https_errors=True)
        page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None)
        page.goto(f"https://localhost:{proxy.tls}{INSTANCE}/settings?lang=en")
        page.get_by_label("Instance password").fill(PASSWORD)
        page.keyboard.press("Enter")
        try:
            expect(page.get_by_role("button", name="Set up", exact=True)).to_be_enabled()
            page.screenshot(path=screenshots / "behind-proxy.png", full_page=True)
        except AssertionError:
            page.screenshot(path=screenshots / "failed.png", full_page=True)
            raise
        assert complaints == [], complaints
        context.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--screenshots", type=Path, help="folder for the screenshots (default: a temporary one)")
    screenshots = folder_for_screenshots(parser.parse_args().screenshots, "behind-proxy")
    folder = Path(tempfile.mkdtemp(prefix="behind-proxy-data-"))
    processes: list[Process] = []
    proxy = None
    try:
        port = free_port()
        proxy = Proxy(folder, port)
        public = f"http://127.0.0.1:{proxy.plain}"
        lab = Process(["lab", "--listen", "127.0.0.1:0", "--service", public], folder)
        processes.append(lab)
        address = lab.wait(r"The lab is at (http://127\.0\.0\.1:\d+)/").group(1)
        lab.wait("closedMessage", lab.output)
        configuration = re.sub(r"operations: .*", "operations: 127.0.0.1:0", "".join(lab.output))
        configuration = re.sub(r"listen: .*", f"listen: 127.0.0.1:{port}", configuration, count=1)
        configuration = re.sub(r"publicURL: .*", f"publicURL: {public}", configuration)
        (folder / "lab.yaml").write_text(configuration + "trustedProxies: [127.0.0.1]\n")
        service = Process(["serve", "--config", "lab.yaml"], folder)
        processes.append(service)
        service.wait("ready")
        try:
            conversation(Lab(address))
            webhooks(proxy)
            unknown_paths(proxy)
            upgrade_after_keep_alive(proxy)
            forwarded_addresses(proxy, port)
            only_new_tls(proxy)
            browser_at_settings(proxy, screenshots)
        except BaseException:
            print("".join(service.lines[-15:]), (folder / "error.log").read_text()[-2_000:], flush=True)
            raise
        for process in reversed(processes):
            process.end()
    finally:
        for process in processes:
            process.process.kill()
        if proxy:
            proxy.end()
        shutil.rmtree(folder, ignore_errors=True)
    print("Behind nginx everything arrives as it was sent.")


if __name__ == "__main__":
    main()
