"""Receives webhooks as durably as the connector does, and does nothing else with them.

aiohttp's low-level server on uvloop, orjson, and SQLite with group commit: a POST to any path that ends in `/webhook` is answered 200 when its body, and
each message and status in it, have been flushed to the disk. A signed body that is no JSON is stored all the same.
"""

import argparse
import asyncio

from aiohttp import web

import peer
from ledger import Ledger
from webhook import LARGEST_BODY, Webhook


async def serve(arguments: argparse.Namespace, stop: asyncio.Event) -> None:
    ledger = Ledger(arguments.data)
    ledger.start()
    webhook = Webhook(arguments.secret, arguments.verify_token, ledger.store)

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        if request.path.endswith("/webhook"):
            return await webhook.answer(request)
        return web.Response(text="ok") if request.path == "/healthz" else web.Response(status=404)

    try:
        listener = peer.listening_socket(arguments.port)
        async with peer.http_server(answer, listener, LARGEST_BODY):
            peer.announce(listener.getsockname()[1])
            await stop.wait()
    finally:
        await ledger.close()


if __name__ == "__main__":
    parser = peer.options(__doc__)
    parser.add_argument("--secret", required=True, help="the app secret that webhooks are signed with")
    parser.add_argument("--verify-token", default="", help="what WhatsApp shows when the webhook is set up")
    peer.run(serve, parser.parse_args())
