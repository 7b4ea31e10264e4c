"""Passes files on from one address to another without having them in memory, in either direction.

`/in` and `/out` do the same; there are two so that a log tells the directions apart. The parameters come in the query of a GET, or as a JSON object in the
body of a POST:

    source       where the file is downloaded from
    target       where it is posted to
    sourceToken  bearer token of the download, if it needs one
    targetToken  bearer token of the upload, if it needs one
    form         anything: the upload is a multipart form as WhatsApp demands it, instead of just the file
    name, type   the file's name and media type; by default those of the download

The answer is `{"bytes": …, "seconds": …, "status": …, "answer": …}`, with the target's status and answer.

Without `--spool` each piece goes out as it comes in, and the slower side sets the pace. With `--spool` the file is first written to the data folder and
flushed there, together with its name, and then uploaded from it: then the upload can be repeated after a crash, as with the connector. Disk and network work
at the same time, a block ahead of each other.
"""

import argparse
import asyncio
import io
import os
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import orjson
from aiohttp import web

import peer

READ_BUFFER = 256 << 10
BLOCK = 1 << 20
TIMEOUTS = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=60)
LONGEST_ANSWER = 4096

Pieces = AsyncIterator[bytes]


class Job(NamedTuple):
    """What is to be done."""

    source: str
    target: str
    source_token: str | None
    target_token: str | None
    is_form: bool
    name: str
    type: str | None


class File(NamedTuple):
    """A file on its way; the size is known only if the source tells it."""

    pieces: Pieces
    size: int | None
    name: str
    type: str


class Meter:
    """Counts the bytes that pass."""

    def __init__(self) -> None:
        self.bytes = 0

    async def count(self, pieces: Pieces) -> Pieces:
        async for piece in pieces:
            self.bytes += len(piece)
            yield piece


class Media:
    """Carries out jobs with one HTTP client."""

    def __init__(self, client: aiohttp.ClientSession, spool: Path | None) -> None:
        self._client = client
        self._spool = spool

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            job = read_job(orjson.loads(await request.read()) if request.method == "POST" else request.query)
        except (KeyError, TypeError, ValueError):
            return web.Response(status=400, text="source and target must be given")
        try:
            return web.Response(body=orjson.dumps(await self._carry_out(job)), content_type="application/json")
        except (aiohttp.ClientError, OSError) as error:
            return web.Response(status=502, text=f"{type(error).__name__}: {error}")

    async def _carry_out(self, job: Job) -> dict[str, Any]:
        start, meter = time.perf_counter(), Meter()
        async with self._client.get(job.source, headers=headers(job.source_token), raise_for_status=True) as response:
            file = File(meter.count(response.content.iter_any()), response.content_length, job.name, job.type or response.content_type)
            status, answer = await (self._upload(file, job) if self._spool is None else self._upload_from_disk(file, job, self._spool))
        return {"bytes": meter.bytes, "seconds": time.perf_counter() - start, "status": status, "answer": answer}

    async def _upload_from_disk(self, file: File, job: Job, folder: Path) -> tuple[int, str]:
        path = folder / f"{uuid.uuid4()}.spool"
        try:
            size = await write_durably(file.pieces, path)
            return await self._upload(file._replace(pieces=read(path), size=size), job)
        finally:
            path.unlink(missing_ok=True)

    async def _upload(self, file: File, job: Job) -> tuple[int, str]:
        upload = as_form(file) if job.is_form else file
        lengths = {} if upload.size is None else {"Content-Length": str(upload.size)}
        about = headers(job.target_token) | {"Content-Type": upload.type} | lengths
        async with self._client.post(job.target, data=upload.pieces, headers=about, raise_for_status=True) as response:
            return response.status, (await response.content.read(LONGEST_ANSWER)).decode(errors="replace")


def read_job(parameters: Mapping[str, str]) -> Job:
    return Job(
        parameters["source"],
        parameters["target"],
        parameters.get("sourceToken"),
        parameters.get("targetToken"),
        "form" in parameters,
        parameters.get("name", "file"),
        parameters.get("type"),
    )


def headers(token: str | None) -> dict[str, str]:
    return {} if token is None else {"Authorization": f"Bearer {token}"}


def as_form(file: File) -> File:
    """The file as the multipart form of WhatsApp's media upload. Its length is known if the file's is, as WhatsApp wants it."""
    boundary = uuid.uuid4().hex
    name = file.name.translate({ord('"'): "%22", ord("\r"): "%0D", ord("\n"): "%0A"})
    fields = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="messaging_product"\r\n\r\nwhatsapp\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="type"\r\n\r\n{file.type}\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: {file.type}\r\n\r\n'
    )
    head, tail = fields.encode(), f"\r\n--{boundary}--\r\n".encode()

    async def pieces() -> Pieces:
        yield head
        async for piece in file.pieces:
            yield piece
        yield tail

    size = None if file.size is None else len(head) + file.size + len(tail)
    return file._replace(pieces=pieces(), size=size, type=f"multipart/form-data; boundary={boundary}")


async def write_durably(pieces: Pieces, path: Path) -> int:
    """Writes a file and returns its size when both its contents and its name are on the disk."""
    size = 0
    with path.open("xb", buffering=0) as file:
        writing: asyncio.Future[None] | None = None
        async for block in blocks(pieces):
            size += sum(map(len, block))
            if writing is not None:
                await writing
            writing = in_thread(write_all, file, block)
        if writing is not None:
            await writing
        await in_thread(os.fsync, file.fileno())
    await in_thread(flush_folder, path.parent)
    return size


async def blocks(pieces: Pieces) -> AsyncIterator[list[bytes]]:
    """The same pieces, several at a time: a change of threads for each would cost more than to write it."""
    block: list[bytes] = []
    size = 0
    async for piece in pieces:
        block.append(piece)
        size += len(piece)
        if size >= BLOCK:
            yield block
            block, size = [], 0
    if block:
        yield block


async def read(path: Path) -> Pieces:
    """The contents of a file, of which the next block is read while the last one is used."""
    with path.open("rb", buffering=0) as file:
        reading = in_thread(file.read, BLOCK)
        while block := await reading:
            reading = in_thread(file.read, BLOCK)
            yield block


def in_thread(work, *arguments) -> asyncio.Future:
    return asyncio.get_running_loop().run_in_executor(None, work, *arguments)


def write_all(file: io.RawIOBase, block: list[bytes]) -> None:
    for piece in block:
        rest = memoryview(piece)
        while rest:
            rest = rest[file.write(rest) :]


def flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


async def serve(arguments: argparse.Namespace, stop: asyncio.Event) -> None:
    client = aiohttp.ClientSession(
        auto_decompress=False, read_bufsize=READ_BUFFER, timeout=TIMEOUTS, connector=aiohttp.TCPConnector(limit=0)
    )
    async with client:
        media = Media(client, arguments.data if arguments.spool else None)

        async def answer(request: web.BaseRequest) -> web.StreamResponse:
            if request.path in ("/in", "/out") and request.method in ("GET", "POST"):
                return await media.answer(request)
            return web.Response(text="ok") if request.path == "/healthz" else web.Response(status=404)

        listener = peer.listening_socket(arguments.port)
        async with peer.http_server(answer, listener):
            peer.announce(listener.getsockname()[1])
            await stop.wait()


if __name__ == "__main__":
    parser = peer.options(__doc__)
    parser.add_argument("--spool", action="store_true", help="write each file to the data folder, flushed, before it is uploaded")
    peer.run(serve, parser.parse_args())
