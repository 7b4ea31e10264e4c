"""The connector's way from WhatsApp to Connect: takes webhooks as `receiver.py` does, and posts each text message of a customer at Connect.

The PBX connects and logs in, and the bridge gets Connect's address and a login from it, as every app service does. A customer's first message becomes a
discussion, and later ones replies in it: in order for each customer, all customers at once. A message leaves the queue, which is in the database, only after
Connect has told the number of its post; if Connect is away, or after a start, the bridge goes on where it has stopped. If a connection breaks between a post
and its result, the message is posted again: every message is posted at least once.

A 200 means the same as with the connector: the webhook is on the disk.
"""

import argparse
import asyncio

from aiohttp import web

import peer
from connect import ConnectLine
from pbx import Pbx
from posting import Poster, PostingLedger
from webhook import LARGEST_BODY, Webhook


async def serve(arguments: argparse.Namespace, stop: asyncio.Event) -> None:
    poster = Poster(arguments.topic)
    ledger = PostingLedger(arguments.data, poster.take)
    poster.resume(ledger)
    ledger.start()
    webhook = Webhook(arguments.secret, arguments.verify_token, ledger.store)
    pbx = Pbx(arguments.domain, arguments.password, arguments.app)

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        if "Upgrade" in request.headers:
            return await pbx.serve(request)
        if request.path.endswith("/webhook"):
            return await webhook.answer(request)
        return web.Response(text="ok") if request.path == "/healthz" else web.Response(status=404)

    listener = peer.listening_socket(arguments.port)
    line = asyncio.create_task(ConnectLine(pbx, poster).run())
    try:
        async with peer.http_server(answer, listener, LARGEST_BODY):
            peer.announce(listener.getsockname()[1])
            await stop.wait()
            await pbx.close()
    finally:
        line.cancel()
        await asyncio.wait([line])
        await ledger.close()


if __name__ == "__main__":
    parser = peer.options(__doc__)
    parser.add_argument("--secret", required=True, help="the app secret that webhooks are signed with")
    parser.add_argument("--verify-token", default="", help="what WhatsApp shows when the webhook is set up")
    parser.add_argument("--password", required=True, help="the password of the instance, with which the PBX logs in")
    parser.add_argument("--domain", default="example.com", help="the domain of the PBX")
    parser.add_argument("--topic", default="whatsapp", help="SIP name of the zone")
    parser.add_argument("--app", default="connect", help="SIP name of Connect's app object")
    peer.run(serve, parser.parse_args())
