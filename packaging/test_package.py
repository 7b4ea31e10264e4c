"""Installs, upgrades, removes and purges the Debian package in a root of its own: test_package.py --package FILE --mirror URL

Needs root, debootstrap and dpkg-deb, and has to run in a mount namespace of its own (script/test-package sees to that). In the root there is Debian's base system
with systemd, which does not run there, and nothing else. The simulated PBX, Connect and WhatsApp run beside it, from the same program. Ends with status 1 if something is not as it should be.
"""

import argparse
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

CONFIGURATION = "/etc/whatsapp-connector"
DATA = "/var/lib/whatsapp-connector"
UNIT = "whatsapp-connector.service"
TEXTS = ["Before the upgrade", "While nothing runs", "After the upgrade"]


class Root:
    """A Debian system in a folder."""

    def __init__(self, folder: Path):
        self.folder = folder

    def path(self, name: str) -> Path:
        return self.folder / name.lstrip("/")

    def run(self, *command: str, user: str | None = None, expects: int = 0) -> str:
        """Runs a command in it; its output, also that of errors."""
        done = subprocess.run(self._inside(command, user), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=self._environment())
        assert done.returncode == expects, f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}"
        return done.stdout

    def start(self, *command: str, user: str) -> subprocess.Popen:
        log = self.path("/tmp/service.log").open("a")
        return subprocess.Popen(self._inside(command, user), stdout=log, stderr=log, env=self._environment())

    def _inside(self, command: tuple[str, ...], user: str | None) -> list[str]:
        who = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--no-new-privs"] if user else []
        return ["chroot", str(self.folder), *who, *command]

    def _environment(self) -> dict[str, str]:
        return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no"}

    def owner(self, name: str) -> str:
        """User, group and mode of a file."""
        return self.run("stat", "-c", "%U:%G %a", name).strip()


def with_build(package: Path, build: int, folder: Path) -> Path:
    """The same package as a later build."""
    content = folder / f"content-{build}"
    subprocess.run(["dpkg-deb", "-R", package, content], check=True)
    control = content / "DEBIAN/control"
    control.write_text(re.sub(r"^(Version: \S+\.)\d+$", rf"\g<1>{build}", control.read_text(), flags=re.MULTILINE))
    result = folder / f"whatsapp-connector_{build}.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Zgzip", "--build", content, result], check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(content)
    return result


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def ask(url: str, fields: dict | None = None):
    body = json.dumps(fields).encode() if fields is not None else None
    return json.load(urllib.request.urlopen(urllib.request.Request(url, body, {"Content-Type": "application/json"}), timeout=10))


def wait(what: str, condition, seconds: int = 60):
    end = time.monotonic() + seconds
    while True:
        try:
            if condition():
                return
        except (urllib.error.URLError, ConnectionError, json.JSONDecodeError):
            pass
        assert time.monotonic() < end, f"{what}: this did not come"
        time.sleep(0.1)


class Service:
    """The installed service, as its unit starts it."""

    # What has to end whatever happens.
    running: subprocess.Popen | None = None

    def __init__(self, root: Root, operations: int):
        self.root = root
        self.operations = operations
        command = re.search(r"^ExecStart=(.*)$", root.path(f"/usr/lib/systemd/system/{UNIT}").read_text(), re.MULTILINE)[1]
        self.process = root.start(*command.split(), user="whatsapp-connector")
        Service.running = self.process
        wait("the service is ready", lambda: urllib.request.urlopen(f"http://127.0.0.1:{operations}/readyz", timeout=5).status == 200)

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(40) == 0, self.root.path("/tmp/service.log").read_text()


def posted(lab: str) -> list[str]:
    """The customer's texts in Connect, in their order."""
    posts = sorted(ask(f"{lab}/lab/api/state")["posts"], key=lambda post: (post["at"], post["id"]))
    return [text for post in posts for text in TEXTS if text in post["text"]]


def is_enabled(root: Root) -> bool:
    return os.path.lexists(root.path(f"/etc/systemd/system/multi-user.target.wants/{UNIT}"))


def installed(root: Root):
    """What is there after the first installation."""
    assert root.owner(CONFIGURATION) == "root:whatsapp-connector 750", root.owner(CONFIGURATION)
    assert root.owner(DATA) == "whatsapp-connector:whatsapp-connector 750", root.owner(DATA)
    assert root.owner(f"{CONFIGURATION}/secret.key") == "root:whatsapp-connector 640", root.owner(f"{CONFIGURATION}/secret.key")
    assert root.path(f"{CONFIGURATION}/secret.key").stat().st_size == 32
    assert not list(root.folder.rglob("libswift*")), "there is a Swift runtime, so this proves nothing"
    assert re.fullmatch(r"whatsapp-connector \S+ \S+ \(build \d+\)\n", root.run("whatsapp-connector", "--version"))
    assert is_enabled(root), "the service is not started with the machine"
    unit = str(root.path(f"/usr/lib/systemd/system/{UNIT}"))
    # Verified where its program is; what it complains about is on its output, whatever its status.
    checked = subprocess.run(["systemd-analyze", "verify", "--man=no", f"--root={root.folder}", UNIT], capture_output=True, text=True)
    about = [line for line in checked.stderr.splitlines() if UNIT in line]
    assert checked.returncode == 0 and about == [], checked.stderr
    security = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", unit], capture_output=True, text=True)
    assert security.returncode == 0, security.stdout
    print(security.stdout.strip().splitlines()[-1], flush=True)


def configure(root: Root, configuration: str, address: int, operations: int):
    text = re.sub(r'listen: "[^"]*"', f'listen: "127.0.0.1:{address}"', configuration)
    text = re.sub(r'operations: "[^"]*"', f'operations: "127.0.0.1:{operations}"', text)
    text = re.sub(r'publicURL: "[^"]*"', f'publicURL: "http://127.0.0.1:{address}"', text)
    text = re.sub(r'dataDirectory: "[^"]*"', f"dataDirectory: {DATA}", text)
    text = re.sub(r'secretKeyFile: "[^"]*"', f"secretKeyFile: {CONFIGURATION}/secret.key", text)
    root.path(f"{CONFIGURATION}/connector.yaml").write_text(text)


def play(root: Root, package: Path, later: Path, lab: str, configuration: str, ports: tuple[int, int]):
    inside = "/tmp/package.deb"
    shutil.copy(package, root.path(inside))
    output = root.run("apt-get", "install", "-y", "-qq", "--no-install-recommends", inside)
    assert "there is no /etc/whatsapp-connector/connector.yaml yet" in output, output
    installed(root)
    key = root.path(f"{CONFIGURATION}/secret.key").read_bytes()

    configure(root, configuration, *ports)
    service = Service(root, ports[1])
    root.run("whatsapp-connector", "check", "--config", f"{CONFIGURATION}/connector.yaml", user="whatsapp-connector")
    ask(f"{lab}/lab/api/customer", {"customer": "ada", "text": TEXTS[0]})
    wait("the first text is posted", lambda: posted(lab) == TEXTS[:1])

    print("upgrade", flush=True)
    shutil.copy(later, root.path(inside))
    root.run("dpkg", "-i", inside)
    assert service.process.poll() is None, "the upgrade ended the running service"
    service.end()
    ask(f"{lab}/lab/api/customer", {"customer": "ada", "text": TEXTS[1]})
    service = Service(root, ports[1])
    wait("what came between is posted", lambda: posted(lab) == TEXTS[:2])
    ask(f"{lab}/lab/api/customer", {"customer": "ada", "text": TEXTS[2]})
    wait("the last text is posted", lambda: posted(lab) == TEXTS)
    service.end()
    assert root.path(f"{CONFIGURATION}/secret.key").read_bytes() == key
    assert root.path(f"{CONFIGURATION}/connector.yaml").exists()

    print("removed and installed again", flush=True)
    root.run("apt-get", "remove", "-y", "-qq", "whatsapp-connector")
    root.run("dpkg", "-i", inside)
    assert is_enabled(root), "an installation after a removal leaves the service disabled"
    assert root.path(f"{CONFIGURATION}/secret.key").read_bytes() == key
    assert root.owner(f"{DATA}/example.com") == "whatsapp-connector:whatsapp-connector 700", root.owner(f"{DATA}/example.com")

    print("a lost key", flush=True)
    root.path(f"{CONFIGURATION}/secret.key").unlink()
    output = root.run("dpkg", "-i", inside)
    assert "put back the key" in output and not root.path(f"{CONFIGURATION}/secret.key").exists(), output
    root.path(f"{CONFIGURATION}/secret.key").write_bytes(key)

    print("removal and purge", flush=True)
    root.run("apt-get", "remove", "-y", "-qq", "whatsapp-connector")
    assert not root.path("/usr/bin/whatsapp-connector").exists()
    assert list(root.path(DATA).rglob("*.sqlite")) and root.path(f"{CONFIGURATION}/secret.key").exists(), "a removal took the data"
    root.run("apt-get", "purge", "-y", "-qq", "whatsapp-connector")
    left = [name for name in (DATA, CONFIGURATION, "/usr/share/doc/whatsapp-connector", f"/usr/lib/systemd/system/{UNIT}") if root.path(name).exists()]
    left += [str(path) for path in root.path("/etc/systemd").rglob("whatsapp-connector*")]
    assert left == [], left
    root.run("getent", "passwd", "whatsapp-connector", expects=2)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--package", type=Path, required=True)
    parser.add_argument("--mirror", required=True, help="where Debian's packages come from")
    parser.add_argument("--suite", default="bookworm")
    arguments = parser.parse_args()
    assert os.geteuid() == 0, "this needs root"
    with tempfile.TemporaryDirectory(prefix="connector-package-") as folder:
        root = Root(Path(folder) / "root")
        print(f"debootstrap {arguments.suite}", flush=True)
        made = subprocess.run(
            ["debootstrap", "--variant=minbase", arguments.suite, root.folder, arguments.mirror], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert made.returncode == 0, made.stdout[-2_000:]
        subprocess.run(["mount", "-t", "proc", "proc", root.path("/proc")], check=True)
        lab = None
        try:
            root.run("apt-get", "update", "-qq")
            root.run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "systemd")
            # The simulators come from the same package, unpacked beside the root.
            beside = Path(folder) / "beside"
            subprocess.run(["dpkg-deb", "-x", arguments.package, beside], check=True)
            address, operations, control = free_port(), free_port(), free_port()
            lab = subprocess.Popen(
                [beside / "usr/bin/whatsapp-connector", "lab", "--listen", f"127.0.0.1:{control}", "--service", f"http://127.0.0.1:{address}"],
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            configuration = ""
            while "closedMessage" not in configuration:
                line = lab.stdout.readline()
                assert line, "the simulators have ended"
                configuration += line
            later = with_build(arguments.package, 9_999, Path(folder))
            print("installation", flush=True)
            play(root, arguments.package, later, f"http://127.0.0.1:{control}", configuration, (address, operations))
        except AssertionError:
            log = root.path("/tmp/service.log")
            print(log.read_text()[-4_000:] if log.exists() else "", file=sys.stderr)
            raise
        finally:
            if Service.running:
                Service.running.kill()
                Service.running.wait()
            if lab:
                lab.terminate()
                lab.wait(30)
            subprocess.run(["umount", root.path("/proc")], check=True)
    print("installed, upgraded, removed and purged")


if __name__ == "__main__":
    main()
