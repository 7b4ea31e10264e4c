"""Measures files on their way through the connector: measure_files.py BINARY FOLDER

Starts the binary's `lab` and `serve` as two processes on loopback, sends files both ways, compares their bytes, and reads the peak memory of `serve` from
outside (VmHWM after a reset of the peak, less VmRSS before). Beside it, curl takes the same way through nginx: from the lab to the disk, and from the disk to
the lab. Prints a table in Markdown. Ends by itself, and with status 1 if a file was lost or changed, or took more memory than the design grants.
"""

import hashlib
import itertools
import json
import os
import re
import statistics
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from pathlib import Path

from processes import free_port, wait

KILO, MEGA = 1_000, 1_000_000
SIZES = [("1 KB", KILO), ("5 MB", 5 * MEGA), ("95 MB", 95 * MEGA)]
ROUNDS = 5
TOGETHER = 16
MOST_FOR_ONE, MOST_FOR_ALL = 8 << 20, 48 << 20
PATIENCE = 180


def made_up(size: int, seed: int) -> bytes:
    """Bytes that are like no known type of file, and different for each seed."""
    return hashlib.shake_256(f"{seed}".encode()).digest(size)


class Peak:
    """The peak memory of a process from now on."""

    def __init__(self, pid: int):
        self.pid = pid
        Path(f"/proc/{pid}/clear_refs").write_text("5")
        self.before = self.read("VmRSS")

    def read(self, name: str) -> int:
        return int(re.search(rf"{name}:\s+(\d+) kB", Path(f"/proc/{self.pid}/status").read_text()).group(1)) << 10

    def extra(self) -> int:
        return max(0, self.read("VmHWM") - self.before)


class World:
    """`lab`, `serve` and nginx before the lab."""

    def __init__(self, binary: Path, folder: Path):
        self.binary, self.folder = binary, folder
        self.lab_port, self.service_port, self.nginx_port = free_port(), free_port(), free_port()
        self.lab_url = f"http://127.0.0.1:{self.lab_port}"
        self.nginx_url = f"http://127.0.0.1:{self.nginx_port}"
        self.processes: list[subprocess.Popen] = []
        self.environment = os.environ | {"SWIFT_BACKTRACE": "enable=no", "TMPDIR": str(folder)}

    def start(self):
        configuration = self.folder / "lab.yaml"
        with configuration.open("w") as output:
            self.run([self.binary, "lab", "--listen", f"127.0.0.1:{self.lab_port}", "--service", f"http://127.0.0.1:{self.service_port}"], output)
        self.wait("the lab", lambda: "closedMessage" in configuration.read_text() and self.state() is not None)
        self.configuration = configuration
        self.service = self.run([self.binary, "serve", "--config", configuration, "--log-level", "error"], subprocess.DEVNULL)
        self.wait("Connect", lambda: len(self.state()["connectLogins"]) > 0)
        nginx = self.folder / "nginx.conf"
        text = (Path(__file__).parent / "peers" / "nginx.conf.template").read_text()
        for name, value in (("FOLDER", self.folder), ("PORT", self.nginx_port), ("UPSTREAM", f"127.0.0.1:{self.lab_port}")):
            text = text.replace(f"@{name}@", f"{value}")
        nginx.write_text(text)
        self.run(["nginx", "-c", nginx, "-p", self.folder, "-e", self.folder / "error.log"], subprocess.DEVNULL)
        self.wait("nginx", lambda: urllib.request.urlopen(self.nginx_url).status == 200)

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *_):
        self.end()

    def run(self, command: list, output) -> subprocess.Popen:
        process = subprocess.Popen([str(part) for part in command], stdout=output, stderr=subprocess.DEVNULL, env=self.environment)
        self.processes.append(process)
        return process

    def end(self):
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()

    def wait(self, what: str, found, pause: float = 0.03):
        return wait(what, found, pause, PATIENCE)

    def state(self) -> dict:
        return json.load(urllib.request.urlopen(f"{self.lab_url}/lab/api/state"))

    def call(self, path: str, body: bytes, kind: str = "application/octet-stream") -> dict:
        request = urllib.request.Request(f"{self.lab_url}/lab/api/{path}", data=body, headers={"Content-Type": kind}, method="POST")
        return json.load(urllib.request.urlopen(request))

    # The two ways of a file.

    def keep(self, name: str, data: bytes) -> str:
        """Puts a file into the lab, for a colleague's post."""
        return self.call(f"files?name={urllib.parse.quote(name)}&type=application/octet-stream", data)["file"]

    def customer_sends(self, customer: str, name: str, data: bytes) -> dict:
        return self.call(f"customer/file?customer={customer}&type=document&name={urllib.parse.quote(name)}&mimeType=application/octet-stream", data)

    def colleague_posts(self, discussion: int, key: str):
        body = {"author": "anna", "repliesTo": discussion, "files": [key]}
        self.call("post", json.dumps(body).encode(), "application/json")

    def posted_files(self) -> dict:
        return {file["name"]: (post["id"], file["id"]) for post in self.state()["posts"] for file in post["files"]}

    def received_files(self) -> dict:
        messages = [message for customer in self.state()["customers"] for chat in customer["chats"] for message in chat["messages"]]
        return {m["file"].get("name"): m["file"] for m in messages if m.get("file") and m["direction"] != "fromCustomer"}

    def digest(self, path: str) -> str:
        digest = hashlib.sha256()
        with urllib.request.urlopen(self.lab_url + path) as file:
            while part := file.read(1 << 20):
                digest.update(part)
        return digest.hexdigest()

    def customers(self) -> list[str]:
        return [customer["key"] for customer in self.state()["customers"]]

    def discussion_of(self, name: str) -> int:
        """The discussion in which a file stands."""
        return next(post["discussion"] for post in self.state()["posts"] if name in [file["name"] for file in post["files"]])


def check(condition: bool, what: str):
    if not condition:
        raise SystemExit(what)


def inbound(world: World, customer: str, name: str, data: bytes) -> float:
    """Seconds from the webhook to the file in Connect. The lab has the whole file before the webhook goes out."""
    world.customer_sends(customer, name, data)
    start = time.monotonic()
    post, file = world.wait(name, lambda: world.posted_files().get(name))
    seconds = time.monotonic() - start
    check(world.digest(f"/lab/api/posts/{post}/files/{file}") == hashlib.sha256(data).hexdigest(), f"{name} has other bytes in Connect")
    return seconds


def outbound(world: World, discussion: int, name: str, data: bytes) -> float:
    """Seconds from the post to the file on the phone."""
    key = world.keep(name, data)
    start = time.monotonic()
    world.colleague_posts(discussion, key)
    file = world.wait(name, lambda: world.received_files().get(name))
    seconds = time.monotonic() - start
    check(world.digest(file["url"]) == hashlib.sha256(data).hexdigest(), f"{name} has other bytes on the phone")
    return seconds


def curl_through_nginx(world: World, url: str, size: int, index: int = 0) -> float:
    """The same way by hand: the lab's file through nginx to the disk, then from the disk through nginx to the lab."""
    spool = world.folder / f"spool-{index}"
    start = time.monotonic()
    subprocess.run(["curl", "-sSf", "-o", spool, world.nginx_url + url], check=True)
    subprocess.run(
        ["curl", "-sSf", "-o", "/dev/null", "-X", "POST", "-T", spool, "-H", "Content-Type: application/octet-stream", "-H", "Expect:",
         f"{world.nginx_url}/lab/api/files?name=curl.bin"], check=True)
    seconds = time.monotonic() - start
    check(spool.stat().st_size == size, "curl has another file")
    spool.unlink()
    return seconds


def together(work, count: int) -> float:
    """Seconds until all have ended."""
    failures: list[BaseException] = []

    def one(index: int):
        try:
            work(index)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=one, args=(index,)) for index in range(count)]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return time.monotonic() - start


def rate(size: int, seconds: list[float]) -> str:
    return f"{size / statistics.median(seconds) / MEGA:.0f}"


def megabytes(size: int) -> str:
    return f"{size / (1 << 20):.1f}"


def measure_one_at_a_time(world: World):
    # In turn, because WhatsApp takes only so many messages to one person in a short time.
    discussions = itertools.cycle([world.discussion_of(f"first-{index}.bin") for index in range(len(world.customers()))])
    print("| file | way | extra peak memory (MiB, largest of the rounds) | MB/s | curl through nginx (MB/s) |")
    print("|---|---|---:|---:|---:|")
    worst = 0
    for label, size in SIZES:
        times: dict[str, list[float]] = {"in": [], "out": [], "curl": []}
        peaks = {"in": 0, "out": 0}
        for index in range(ROUNDS):
            data = made_up(size, size + index)
            peak = Peak(world.service.pid)
            times["in"].append(inbound(world, "ada", f"in-{size}-{index}.bin", data))
            peaks["in"] = max(peaks["in"], peak.extra())
            post, file = world.posted_files()[f"in-{size}-{index}.bin"]
            times["curl"].append(curl_through_nginx(world, f"/lab/api/posts/{post}/files/{file}", size))
            data = made_up(size, size + index + ROUNDS)
            peak = Peak(world.service.pid)
            times["out"].append(outbound(world, next(discussions), f"out-{size}-{index}.bin", data))
            peaks["out"] = max(peaks["out"], peak.extra())
        worst = max(worst, *peaks.values())
        for way, words in (("in", "WhatsApp to Connect"), ("out", "Connect to WhatsApp")):
            # Of a small file this would be the time that it takes to look.
            speeds = f"{rate(size, times[way])} | {rate(size, times['curl'])}" if size > MEGA else "– | –"
            print(f"| {label} | {words} | {megabytes(peaks[way])} | {speeds} |", flush=True)
    check(worst <= MOST_FOR_ONE, f"One file takes {megabytes(worst)} MiB")


def inbound_together(world: World, size: int, names: list[str]) -> tuple[float, int]:
    """Seconds until files of all these names are in Connect, sent at once, and the extra peak memory."""
    customers = world.customers()
    peak = Peak(world.service.pid)
    start = time.monotonic()
    for index, name in enumerate(names):
        world.customer_sends(customers[index % len(customers)], name, made_up(size, index))
    posted = world.wait("all files in Connect", lambda: set(names) <= set(found := world.posted_files()) and found, pause=0.1)
    seconds, extra = time.monotonic() - start, peak.extra()
    for index, name in enumerate(names):
        post, file = posted[name]
        check(world.digest(f"/lab/api/posts/{post}/files/{file}") == hashlib.sha256(made_up(size, index)).hexdigest(), f"{name} has other bytes in Connect")
    return seconds, extra


def outbound_together(world: World, size: int, discussions: list[int], names: list[str]) -> tuple[float, int]:
    """Seconds until files of all these names are on the phones, posted at once, and the extra peak memory."""
    keys = [world.keep(name, made_up(size, index)) for index, name in enumerate(names)]
    peak = Peak(world.service.pid)
    start = time.monotonic()
    for index, key in enumerate(keys):
        world.colleague_posts(discussions[index % len(discussions)], key)
    received = world.wait("all files on the phones", lambda: set(names) <= set(found := world.received_files()) and found, pause=0.1)
    seconds, extra = time.monotonic() - start, peak.extra()
    for index, name in enumerate(names):
        check(world.digest(received[name]["url"]) == hashlib.sha256(made_up(size, index)).hexdigest(), f"{name} has other bytes on the phone")
    return seconds, extra


def measure_all_at_once(world: World):
    size = 95 * MEGA
    names = [f"together-{index}.bin" for index in range(TOGETHER)]
    print(f"\n| {TOGETHER} files of 95 MB at once | extra peak memory (MiB) | MB/s together |")
    print("|---|---:|---:|")
    seconds, worst = inbound_together(world, size, names)
    print(f"| WhatsApp to Connect | {megabytes(worst)} | {rate(size * TOGETHER, [seconds])} |", flush=True)
    discussions = [world.discussion_of(name) for name in names[: len(world.customers())]]
    seconds, extra = outbound_together(world, size, discussions, [f"back-{name}" for name in names])
    print(f"| Connect to WhatsApp | {megabytes(extra)} | {rate(size * TOGETHER, [seconds])} |", flush=True)
    worst = max(worst, extra)

    posts = [world.posted_files()[name] for name in names]
    seconds = together(lambda index: curl_through_nginx(world, "/lab/api/posts/{}/files/{}".format(*posts[index]), size, index), TOGETHER)
    print(f"| curl through nginx | – | {rate(size * TOGETHER, [seconds])} |", flush=True)
    check(worst <= MOST_FOR_ALL, f"{TOGETHER} files take {megabytes(worst)} MiB")


def measure_progress(world: World):
    """What the ledger says of a transfer while it is slow."""
    fault = {"system": "meta", "step": "download", "kind": "slow", "bytesPerSecond": 2 * MEGA}
    world.call("fault", json.dumps(fault).encode(), "application/json")
    world.customer_sends("ada", "slow.bin", made_up(10 * MEGA, 99))

    def progress():
        lines = subprocess.run(
            [world.binary, "ledger", "--config", world.configuration], capture_output=True, text=True, env=world.environment, check=True).stdout
        return re.search(r"file: \S+ of \S+ MB", lines)

    print(f"\nThe ledger while a file is slow: “{world.wait('progress', progress, pause=0.3).group()}”")
    world.wait("the slow file", lambda: world.posted_files().get("slow.bin"), pause=0.2)


def warm_up(world: World):
    """The first file of all brings in code and pools that stay."""
    for index, customer in enumerate(world.customers()):
        inbound(world, customer, f"first-{index}.bin", made_up(KILO, index))
    outbound(world, world.discussion_of("first-0.bin"), "first-back.bin", made_up(KILO, 100))


def main():
    binary, folder = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    with World(binary, folder) as world:
        warm_up(world)
        measure_one_at_a_time(world)
        measure_all_at_once(world)
        measure_progress(world)


if __name__ == "__main__":
    main()
