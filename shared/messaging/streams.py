"""The territory's JetStream stream of sealed events: made when absent, published to in order and without a rival."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

from shared.messaging.errors import BusUnavailable, WrongLastSequence, translated
from shared.messaging.subjects import (
    EXPECTED_SEQUENCE_HEADER,
    MESSAGE_ID_HEADER,
    POSITION_HEADER,
    STREAM,
    all_events,
    event_subject,
)
from shared.territory.territory import Territory

ACKNOWLEDGE_SECONDS = 5.0
WINDOW = 256
# Longer than a successor takes to lead; what was sent before that is known by its sequence.
DEDUPLICATION_SECONDS = 30.0
KEPT_SECONDS = 7 * 24 * 3600.0
KEPT_BYTES = 1 << 30
WRONG_LAST_SEQUENCE = 10071


@dataclass(slots=True)  # not frozen: one is made for every event, and that would take twice as long
class Outgoing:
    """A sealed event on its way to the stream."""

    event_id: str
    event_type: str
    position: int
    body: bytes


class LastMessage(NamedTuple):
    """Where a stream ends: sequence, and position and id of the event; position 0 when all messages have expired."""

    sequence: int
    position: int
    event_id: str


class EventStream:
    """The stream `EVENTS` of one territory's account; its copy of the store may be lost at any time."""

    def __init__(
        self, territory: Territory, client: Callable[[], Client], jetstream: Callable[[], JetStreamContext]
    ) -> None:
        self._territory = territory
        self._client = client
        self._jetstream = jetstream

    async def ensure(self) -> None:
        """Make the stream when it is not there.

        Raises:
            BusUnavailable: not reachable.
        """
        config = StreamConfig(
            name=STREAM,
            subjects=[all_events(self._territory)],
            storage=StorageType.FILE,
            discard=DiscardPolicy.OLD,
            max_age=KEPT_SECONDS,
            max_bytes=KEPT_BYTES,
            duplicate_window=DEDUPLICATION_SECONDS,
            allow_direct=True,
        )
        js = self._jetstream()
        with translated():
            try:
                await js.stream_info(STREAM)
            except NotFoundError:
                await js.add_stream(config)

    async def last_message(self) -> LastMessage | None:
        """The last message, None in a new stream. Makes the stream if absent.

        Raises:
            BusUnavailable: not reachable.
        """
        await self.ensure()
        js = self._jetstream()
        with translated():
            state = (await js.stream_info(STREAM)).state
            if state.messages == 0:
                return LastMessage(state.last_seq, 0, "") if state.last_seq else None
            message = await js.get_msg(STREAM, seq=state.last_seq)
        headers = message.headers or {}
        return LastMessage(state.last_seq, int(headers.get(POSITION_HEADER, 0)), headers.get(MESSAGE_ID_HEADER, ""))

    async def newest(self, most: int) -> list[bytes]:
        """The bodies of the newest messages in order, so many at most. Makes the stream if absent.

        Raises:
            BusUnavailable: not reachable.
        """
        await self.ensure()
        js = self._jetstream()
        with translated():
            state = (await js.stream_info(STREAM)).state
            first = max(state.first_seq, state.last_seq - most + 1, 1)
            bodies: list[bytes] = []
            for start in range(first, state.last_seq + 1, WINDOW):
                sequences = range(start, min(start + WINDOW, state.last_seq + 1))
                found = await asyncio.gather(*(js.get_msg(STREAM, seq=one, direct=True) for one in sequences))
                bodies += [message.data or b"" for message in found]
        return bodies

    async def discard(self) -> None:
        """Delete the stream with all that it remembers; consumers read the store until they have a new one.

        Raises:
            BusUnavailable: not reachable.
        """
        js = self._jetstream()
        with translated(), suppress(NotFoundError):
            await js.delete_stream(STREAM)

    async def publish_window(self, messages: Sequence[Outgoing], last_sequence: int) -> int:
        """Publish in order, at most 256 unacknowledged at a time; the stream's last sequence after them.

        Each carries the sequence predicted before it, so that two publishers cannot interleave, and the acknowledgement
        of the last of a window is one of all: where one was refused, so is each behind it. Only of a window of one is
        the reason of a refusal known.

        Raises:
            WrongLastSequence: the prediction was wrong; ask `last_message` and go on from there.
            BusUnavailable: not reachable; what was sent is deduplicated by event id.
        """
        for start in range(0, len(messages), WINDOW):
            window = messages[start : start + WINDOW]
            with translated():
                refusal = await self._publish(window, last_sequence)
            if refusal.get("err_code") == WRONG_LAST_SEQUENCE:
                raise WrongLastSequence
            if refusal:
                raise BusUnavailable(refusal)
            last_sequence += len(window)
        return last_sequence

    async def _publish(self, window: Sequence[Outgoing], last_sequence: int) -> dict[str, Any]:
        """Send all and wait for the answer to the last; what the server says when it refuses, else empty.

        Not nats-py's `publish_async`, which never tells of a refusal.
        """
        client = self._client()
        *before, last = window
        if before:
            # In one piece: nats-py's `publish` takes five times as long for each (measured: 6.2 µs instead of 1.2).
            await client._send_command(self._frames(before, last_sequence))  # noqa: SLF001 (it has no other)
        answer = await client.request(
            event_subject(self._territory, last.event_type),
            last.body,
            timeout=ACKNOWLEDGE_SECONDS,
            headers={
                MESSAGE_ID_HEADER: last.event_id,
                POSITION_HEADER: str(last.position),
                EXPECTED_SEQUENCE_HEADER: str(last_sequence + len(before)),
            },
        )
        refusal: dict[str, Any] = orjson.loads(answer.data).get("error", {})
        return refusal

    def _frames(self, messages: Sequence[Outgoing], last_sequence: int) -> bytes:
        """Messages as they are sent. Source of the form: NATS client protocol, HPUB."""
        frames = []
        types = {message.event_type for message in messages}
        subjects = {kind: event_subject(self._territory, kind).encode() for kind in types}
        for sequence, message in enumerate(messages, last_sequence):
            head = (
                f"NATS/1.0\r\n{MESSAGE_ID_HEADER}: {message.event_id}\r\n{POSITION_HEADER}: {message.position}\r\n"
                f"{EXPECTED_SEQUENCE_HEADER}: {sequence}\r\n\r\n"
            ).encode()
            sizes = len(head), len(head) + len(message.body)
            frames.append(b"HPUB %b %d %d\r\n%b%b\r\n" % (subjects[message.event_type], *sizes, head, message.body))
        return b"".join(frames)
