"""What all peers share: how they are started, how they say that they are ready, and how they end."""

import argparse
import asyncio
import contextlib
import gc
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import uvloop
from aiohttp import web

HOST = "127.0.0.1"
BACKLOG = 1024
# How long requests under way may take when the program is to end.
SECONDS_TO_END = 2

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
Program = Callable[[argparse.Namespace, asyncio.Event], Awaitable[None]]


def options(description: str | None) -> argparse.ArgumentParser:
    """A parser with the options that every peer has."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0, help="where to listen; 0 for any free port")
    parser.add_argument("--data", type=Path, required=True, help="an existing folder for what is kept")
    return parser


def listening_socket(port: int) -> socket.socket:
    """A socket that takes connections on loopback."""
    return socket.create_server((HOST, port), backlog=BACKLOG)


def announce(*ports: int) -> None:
    """Says on standard output that connections are taken."""
    print("ready", *ports, flush=True)


def run(program: Program, arguments: argparse.Namespace) -> None:
    """Runs a program on uvloop; its event is set when SIGTERM or SIGINT comes."""

    async def main() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await program(arguments, stop)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())


@contextlib.asynccontextmanager
async def http_server(handler: Handler, listener: socket.socket, largest_body: int = 1 << 20) -> AsyncIterator[None]:
    """Serves HTTP while the context lasts.

    This is aiohttp's low-level server: one handler for all requests, with neither the router and the middlewares of an application nor an access log,
    because a few fixed paths need none of them.
    """
    loop = asyncio.get_running_loop()

    def make_request(message, payload, protocol, writer, task) -> web.BaseRequest:
        return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=largest_body)

    runner = web.ServerRunner(web.Server(handler, request_factory=make_request, access_log=None), shutdown_timeout=SECONDS_TO_END)
    await runner.setup()
    try:
        await web.SockSite(runner, listener, backlog=BACKLOG).start()
        settle_memory()
        yield
    finally:
        await runner.cleanup()


def settle_memory() -> None:
    """Takes what is there after the start out of the garbage collector's sight, so that its full runs, which stop everything, stay short."""
    gc.collect()
    gc.freeze()
