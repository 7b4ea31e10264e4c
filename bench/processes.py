"""Processes that are measured, and what the system tells of them."""

import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

PATIENCE = 120
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait(what: str, found, pause: float = 0.02, patience: float = PATIENCE):
    """What `found` returns, as soon as that is something. Ends the program if that takes more seconds than there is patience."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        try:
            if result := found():
                return result
        except OSError:
            pass
        time.sleep(pause)
    raise SystemExit(f"{what}: nothing after {patience} s")


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return response.status == 200
    except urllib.error.HTTPError:
        return False


class Process:
    """A process that runs until `end`, with its errors in a file."""

    def __init__(self, command: list, folder: Path, output=subprocess.DEVNULL, **options):
        self.folder = folder
        self.errors = folder / "errors.log"
        environment = os.environ | {"SWIFT_BACKTRACE": "enable=no", "TMPDIR": str(folder)}
        with self.errors.open("a") as errors:
            self.popen = subprocess.Popen(
                [str(part) for part in command], stdout=output, stderr=errors, env=environment, cwd=folder, text=True, **options)
        self.pid = self.popen.pid

    def end(self):
        """Asks it to end, and insists after a while."""
        if self.popen.poll() is None:
            self.popen.send_signal(signal.SIGTERM)
            try:
                self.popen.wait(40)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self):
        self.popen.kill()
        self.popen.wait()

    # Bytes and seconds, from proc(5).

    def memory(self, name: str = "VmRSS") -> int:
        """`VmRSS` is what it has in memory, `VmHWM` the most that it ever had."""
        return int(re.search(rf"{name}:\s+(\d+) kB", Path(f"/proc/{self.pid}/status").read_text()).group(1)) << 10

    def processor_time(self) -> float:
        """Seconds of processor time, its own and the system's for it."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS


class Load:
    """The load generator: each run prints one line of JSON."""

    def __init__(self, binary: Path):
        self.binary = binary

    def webhooks(self, url: str, secret: str, prefix: str, count: int, **options) -> dict:
        return json.loads(subprocess.run(self.command(url, secret, prefix, count, **options), stdout=subprocess.PIPE, check=True).stdout)

    def command(self, url: str, secret: str, prefix: str, count: int, **options) -> list[str]:
        """The command of `webhooks`, for whoever wants to do something meanwhile."""
        command = [str(self.binary), "webhooks", "--url", url, "--secret", secret, "--prefix", prefix, "--count", str(count)]
        for name, value in options.items():
            command += [f"--{name}", str(value)]
        return command
