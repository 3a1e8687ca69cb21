"""A client that takes nothing of its answer does not keep its connection."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

import pytest

from shared.service import bound_socket
from shared.service.bound_socket import bind
from tests.support.eventually import eventually
from tests.support.pod import free_port


@contextmanager
def accepted() -> Iterator[tuple[socket.socket, socket.socket]]:
    """A client with room for little, and the server's end of its connection."""
    port = free_port()
    with closing(bind(f"127.0.0.1:{port}").socket) as listening, closing(socket.socket()) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", port))
        with closing(listening.accept()[0]) as server:
            server.settimeout(0)
            yield client, server


def fill(server: socket.socket) -> None:
    with suppress(BlockingIOError):
        while True:
            server.send(bytes(65_536))


async def test_one_that_never_reads_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bound_socket, "STALL_SECONDS", 1)
    with accepted() as (_, server):
        fill(server)

        def is_over() -> bool:
            return server.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0

        await eventually(is_over)


async def test_one_that_rests_with_nothing_to_read_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bound_socket, "STALL_SECONDS", 1)
    with accepted() as (stalled, server), accepted() as (resting, other):
        fill(other)
        await eventually(lambda: other.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0)
        server.send(b"still there")
        assert stalled.recv(100) == b"still there"
        resting.close()
