"""Files on their way, one and many at once, between the lab's two sides."""

import json
import shutil
import urllib.parse
import urllib.request

from contestants import Media
from measure_files import MEGA, TOGETHER, Peak, World, curl_through_nginx, inbound, inbound_together, made_up, outbound, outbound_together, together, warm_up
from measurement import Measurement

LARGE, SMALLER = 95 * MEGA, 20 * MEGA


def media(bench) -> list[Measurement]:
    """How fast files are passed on, and the memory that this takes. aiohttp only moves bytes, and keeps them flushed on its disk in between as the connector
    does; nginx with curl does not flush them, and shows what the machine can do."""
    ways = ("to Connect", "to WhatsApp")
    speed = {way: Measurement("media", f"{LARGE // MEGA} MB {way}", "MB/s", True, least_ratio={"aiohttp": 1}) for way in ways}
    memory = Measurement("media", "extra memory for one file, either way", "MB", False, limit=(8 << 20) / 1e6)
    speed_of_all = {way: Measurement("media", f"{TOGETHER} × {SMALLER // MEGA} MB at once {way}", "MB/s", True, least_ratio={"aiohttp": 1}) for way in ways}
    memory_of_all = Measurement("media", f"extra memory for {TOGETHER} files at once, either way", "MB", False, limit=(48 << 20) / 1e6)
    for number in range(bench.count):
        print(f"  round {number + 1}", flush=True)
        folder = bench.folder("files")
        folder.mkdir()
        with World(bench.binary, folder) as world, Media(bench.folder("aiohttp"), bench.python) as peer:
            warm_up(world)
            peak = Peak(world.service.pid)
            speed[ways[0]].add("connector", LARGE / MEGA / inbound(world, "ada", "in.bin", made_up(LARGE, 1)))
            speed[ways[1]].add("connector", LARGE / MEGA / outbound(world, world.discussion_of("first-0.bin"), "out.bin", made_up(LARGE, 2)))
            memory.add("connector", peak.extra() / MEGA)
            source = path(world, "in.bin")
            peak = Peak(peer.process.pid)
            seconds = passed_on(peer, world, source)
            memory.add("aiohttp", peak.extra() / MEGA)
            limit = curl_through_nginx(world, source, LARGE)
            for way in ways:
                speed[way].add("aiohttp", LARGE / MEGA / seconds)
                speed[way].add("nginx and curl", LARGE / MEGA / limit)

            names = [f"all-{index}.bin" for index in range(TOGETHER)]
            seconds, extra = inbound_together(world, SMALLER, names)
            speed_of_all[ways[0]].add("connector", TOGETHER * SMALLER / MEGA / seconds)
            discussions = [world.discussion_of(f"first-{index}.bin") for index in range(len(world.customers()))]
            seconds, more = outbound_together(world, SMALLER, discussions, [f"back-{name}" for name in names])
            speed_of_all[ways[1]].add("connector", TOGETHER * SMALLER / MEGA / seconds)
            memory_of_all.add("connector", max(extra, more) / MEGA)
            sources = [path(world, name) for name in names]
            peak = Peak(peer.process.pid)
            seconds = together(lambda index: passed_on(peer, world, sources[index]), TOGETHER)
            memory_of_all.add("aiohttp", peak.extra() / MEGA)
            limit = together(lambda index: curl_through_nginx(world, sources[index], SMALLER, index), TOGETHER)
            for way in ways:
                speed_of_all[way].add("aiohttp", TOGETHER * SMALLER / MEGA / seconds)
                speed_of_all[way].add("nginx and curl", TOGETHER * SMALLER / MEGA / limit)
        shutil.rmtree(folder)
    return [*speed.values(), memory, *speed_of_all.values(), memory_of_all]


def path(world: World, name: str) -> str:
    """Where the lab has a file that was posted."""
    post, file = world.posted_files()[name]
    return f"/lab/api/posts/{post}/files/{file}"


def passed_on(peer: Media, world: World, source: str) -> float:
    """Seconds that the peer takes for a file, from the lab and to the lab."""
    query = urllib.parse.urlencode({
        "source": world.lab_url + source, "target": f"{world.lab_url}/lab/api/files?name=peer.bin", "type": "application/octet-stream"})
    with urllib.request.urlopen(f"http://127.0.0.1:{peer.port}/in?{query}", timeout=180) as answer:
        return json.load(answer)["seconds"]
