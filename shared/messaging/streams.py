"""The territory's JetStream stream of sealed events: made when absent, published to in order and without a rival."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, PubAck, StorageType, StreamConfig
from nats.js.errors import APIError, NotFoundError

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
DEDUPLICATION_SECONDS = 120.0
KEPT_SECONDS = 7 * 24 * 3600.0
KEPT_BYTES = 1 << 30
WRONG_LAST_SEQUENCE = 10071


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A sealed event on its way to the stream."""

    event_id: str
    event_type: str
    position: int
    body: bytes


class EventStream:
    """The stream `EVENTS` of one territory's account; its copy of the store may be lost at any time."""

    def __init__(self, territory: Territory, jetstream: Callable[[], JetStreamContext]) -> None:
        self._territory = territory
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

    async def last_message(self) -> tuple[int, int] | None:
        """Sequence and event position of the last message, None in a new stream; position 0 when all have expired.

        Makes the stream if absent.

        Raises:
            BusUnavailable: not reachable.
        """
        await self.ensure()
        js = self._jetstream()
        with translated():
            state = (await js.stream_info(STREAM)).state
            if state.messages == 0:
                return (state.last_seq, 0) if state.last_seq else None
            message = await js.get_msg(STREAM, seq=state.last_seq)
        return state.last_seq, int((message.headers or {}).get(POSITION_HEADER, 0))

    async def publish_window(self, messages: Sequence[Outgoing], last_sequence: int) -> int:
        """Publish in order, at most 256 unacknowledged at a time; the stream's last sequence after them.

        Each carries the sequence predicted before it, so that two publishers cannot interleave.

        Raises:
            WrongLastSequence: the prediction was wrong; ask `last_message` and go on from there.
            BusUnavailable: not reachable; what was sent is deduplicated by event id.
        """
        js = self._jetstream()
        for start in range(0, len(messages), WINDOW):
            window = messages[start : start + WINDOW]
            await self._publish(js, window, last_sequence)
            last_sequence += len(window)
        return last_sequence

    async def _publish(self, js: JetStreamContext, window: Sequence[Outgoing], last_sequence: int) -> None:
        acknowledgements: list[asyncio.Future[PubAck]] = []
        try:
            with translated():
                async with asyncio.timeout(ACKNOWLEDGE_SECONDS):
                    for offset, message in enumerate(window):
                        acknowledgements.append(await self._send(js, message, last_sequence + offset))
                    outcomes = await asyncio.gather(*acknowledgements, return_exceptions=True)
        finally:
            # nats-py counts an acknowledgement that never came against its limit for ever.
            for acknowledgement in acknowledgements:
                acknowledgement.cancel()
        for outcome in outcomes:
            if isinstance(outcome, APIError) and outcome.err_code == WRONG_LAST_SEQUENCE:
                raise WrongLastSequence
            if isinstance(outcome, BaseException):
                raise BusUnavailable from outcome

    async def _send(self, js: JetStreamContext, message: Outgoing, expected: int) -> asyncio.Future[PubAck]:
        headers = {
            MESSAGE_ID_HEADER: message.event_id,
            POSITION_HEADER: str(message.position),
            EXPECTED_SEQUENCE_HEADER: str(expected),
        }
        subject = event_subject(self._territory, message.event_type)
        return await js.publish_async(subject, message.body, headers=headers)
