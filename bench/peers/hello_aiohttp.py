"""Answers `GET /healthz` with `ok`, with aiohttp: for the time from start to first answer, and for memory when idle."""

import argparse
import asyncio

from aiohttp import web

import peer


async def answer(request: web.BaseRequest) -> web.StreamResponse:
    return web.Response(text="ok") if request.path == "/healthz" else web.Response(status=404)


async def serve(arguments: argparse.Namespace, stop: asyncio.Event) -> None:
    listener = peer.listening_socket(arguments.port)
    async with peer.http_server(answer, listener):
        peer.announce(listener.getsockname()[1])
        await stop.wait()


if __name__ == "__main__":
    peer.run(serve, peer.options(__doc__).parse_args())
