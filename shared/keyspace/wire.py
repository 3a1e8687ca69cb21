"""Commands and replies on one connection, pipelined: as many under way as there are callers.

Replies come in the order of the commands. One that its caller no longer waits for is still read and dropped, so that a
cancelled call never hands its reply to the next one (CVE-2023-28858 was that). For the same reason the call that has
waited longest is always the first in line, and one timer watches over all.
"""

import asyncio
import hashlib
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple, Protocol, cast

import hiredis
from typing_extensions import override

Reply = Any
Parts = tuple[str | float, ...]

WAIT_SECONDS = 0.05
# After a stall of our own the timer may be served before a reply that has already come: it is given a second look.
GRACE_SECONDS = 0.001
_INCOMPLETE = object()


class Refused(Exception):
    """The server answered with an error; its first word is the kind (`NOSCRIPT`, `NOPERM`)."""


class Waiting(Protocol):
    """Whoever asked: one of the two is called, once, and must not raise."""

    def answered(self, reply: Reply) -> None:
        """The reply came."""

    def unanswered(self, error: Exception) -> None:
        """It was a `Refused`, or an OSError: the connection was lost before it came, or it did not come in time."""


def packed(parts: Parts) -> bytes:
    """A command as it is sent."""
    return bytes(hiredis.pack_command(parts))  # type: ignore[arg-type]  # its stub takes one part only


def packed_parts(*parts: str | float) -> bytes:
    """Parts of a command as they stand in it, to be kept and joined by `Script.call`."""
    return packed(parts).partition(b"\r\n")[2]


class Script:
    """A Lua script, sent whole only where the server does not know it yet."""

    def __init__(self, source: str) -> None:
        self._by_source = packed_parts("EVAL", source)
        self._by_digest = packed_parts("EVALSHA", hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest())

    def call(self, count: int, parts: bytes, *, with_source: bool) -> bytes:
        """The command that runs it on so many packed parts: the number of keys, the keys, the arguments."""
        return b"*%d\r\n%b%b" % (2 + count, self._by_source if with_source else self._by_digest, parts)


class Command(Protocol):
    """What is sent. It may gather until it is packed."""

    def pack(self) -> bytes:
        """Called when it is written; nothing can be added after that."""

    def pack_with_source(self) -> bytes | None:
        """Called when the server does not know the script that it runs; None when it runs none."""


class Plain(NamedTuple):
    """A command that is what it is."""

    packed: bytes

    def pack(self) -> bytes:
        """Command."""
        return self.packed

    def pack_with_source(self) -> bytes | None:
        """Command."""
        return None


class Run(NamedTuple):
    """A script with its keys and arguments."""

    script: Script
    keys: Sequence[str]
    arguments: Sequence[str | float]

    def pack(self) -> bytes:
        """Command."""
        return self._packed(with_source=False)

    def pack_with_source(self) -> bytes | None:
        """Command."""
        return self._packed(with_source=True)

    def _packed(self, *, with_source: bool) -> bytes:
        parts = (len(self.keys), *self.keys, *self.arguments)
        return self.script.call(len(parts), packed_parts(*parts), with_source=with_source)


class _UnderWay(NamedTuple):
    waiting: Waiting
    sent_at: float
    command: Command


class Wire(asyncio.Protocol):
    """One open connection. A reply that is 50 ms late ends it: all that would follow is later still."""

    def __init__(self, on_failure: Callable[[Exception], None]) -> None:
        self._on_failure = on_failure
        self._reader = hiredis.Reader(replyError=Refused, notEnoughData=_INCOMPLETE)
        self._under_way: deque[_UnderWay] = deque()
        self._transport: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._outgoing: list[Command] = []
        self._loss: OSError = ConnectionResetError()
        self.is_open = False

    def send(self, waiting: Waiting, command: Command) -> None:
        """Write a command at the end of this turn of the loop; again where the server has not seen its script."""
        if not self.is_open or self._transport is None:
            waiting.unanswered(ConnectionResetError())
            return
        now = self._loop.time()
        self._under_way.append(_UnderWay(waiting, now, command))
        if not self._outgoing:
            self._loop.call_soon(self._write)
        self._outgoing.append(command)
        if self._timer is None:
            self._timer = self._loop.call_at(now + WAIT_SECONDS, self._look)

    def close(self) -> None:
        """Drop the connection and every call under way."""
        self.is_open = False
        if self._transport is not None:
            self._transport.abort()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Not asked whether it is one: uvloop's are no `asyncio.Transport`.
        self._transport = cast("asyncio.Transport", transport)
        self.is_open = True

    @override
    def data_received(self, data: bytes) -> None:
        self._reader.feed(data)
        try:
            while (reply := self._reader.gets()) is not _INCOMPLETE:
                self._deliver(reply)
        except (hiredis.ProtocolError, IndexError):
            self.close()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        if self._timer is not None:
            self._timer.cancel()
        self._on_failure(self._loss)
        while self._under_way:
            self._under_way.popleft().waiting.unanswered(self._loss)

    def _write(self) -> None:
        """Everything that was asked for in one turn of the loop; uvloop sends at once whatever is written."""
        commands, self._outgoing = self._outgoing, []
        if self.is_open and self._transport is not None:
            self._transport.write(b"".join([command.pack() for command in commands]))

    def _deliver(self, reply: Reply) -> None:
        call = self._under_way.popleft()
        if not isinstance(reply, Refused):
            call.waiting.answered(reply)
        elif str(reply).startswith("NOSCRIPT") and (again := call.command.pack_with_source()) is not None:
            self.send(call.waiting, Plain(again))
        else:
            self._on_failure(reply)
            call.waiting.unanswered(reply)

    def _look(self, *, is_second: bool = False) -> None:
        """Watch the call that has waited longest."""
        self._timer = None
        if not self._under_way:
            return
        due_at = self._under_way[0].sent_at + WAIT_SECONDS
        if due_at > self._loop.time():
            self._timer = self._loop.call_at(due_at, self._look)
        elif not is_second:
            self._timer = self._loop.call_later(GRACE_SECONDS, partial(self._look, is_second=True))
        else:
            self._loss = TimeoutError()
            self.close()
