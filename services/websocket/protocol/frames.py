"""Frames of clients, closed models; and frames for clients, as bytes made once for all who get them."""

from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from services.websocket.protocol.close_codes import CloseCode, Closing

SUBPROTOCOL = "unityplan.v1"
LARGEST_FRAME_BYTES = 64 * 1024

FrameId = Annotated[int, Field(ge=0, le=2**53 - 1)]
Position = Annotated[int, Field(ge=0, le=2**53 - 1)]


class _Frame(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    id: FrameId


class AuthFrame(_Frame):
    """The first frame: who it is."""

    type: Literal["auth"]
    token: str


class RefreshFrame(_Frame):
    """A new token for the same account on the open socket."""

    type: Literal["refresh"]
    token: str


class SubscribeFrame(_Frame):
    """Begin to receive a channel, from a position on where one is given."""

    type: Literal["subscribe"]
    channel: Annotated[str, Field(max_length=100)]
    epoch: str | None = None
    position: Position | None = None


class UnsubscribeFrame(_Frame):
    """Receive a channel no more."""

    type: Literal["unsubscribe"]
    channel: Annotated[str, Field(max_length=100)]


class PingFrame(_Frame):
    """Asks for a pong."""

    type: Literal["ping"]


ClientFrame = AuthFrame | RefreshFrame | SubscribeFrame | UnsubscribeFrame | PingFrame

_ADAPTER: TypeAdapter[ClientFrame] = TypeAdapter(Annotated[ClientFrame, Field(discriminator="type")])


class FrameRefused(Exception):
    """A frame that is JSON but not one of ours; the socket stays."""

    def __init__(self, frame_id: int | None, detail: str) -> None:
        super().__init__(detail)
        self.frame_id = frame_id
        self.detail = detail


def parse_frame(text: str) -> ClientFrame:
    """A client's frame.

    Raises:
        Closing: 4413 larger than 64 KiB; 4400 no JSON object.
        FrameRefused: an object that is no frame of ours.
    """
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST_FRAME_BYTES:
        raise Closing(CloseCode.FRAME_TOO_LARGE, "frame-too-large")
    try:
        value = orjson.loads(text)
    except ValueError:
        raise Closing(CloseCode.BAD_FRAME, "bad-frame") from None
    if not isinstance(value, dict):
        raise Closing(CloseCode.BAD_FRAME, "bad-frame")
    try:
        return _ADAPTER.validate_python(value)
    except ValidationError as error:
        frame_id = value.get("id")
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"][1:]) or "type"
        raise FrameRefused(frame_id if type(frame_id) is int else None, f"{where}: {first['msg']}") from None


def ok_frame(frame_id: int | None, **facts: object) -> bytes:
    """A frame was done."""
    return orjson.dumps({**({"id": frame_id} if frame_id is not None else {}), "type": "ok", **facts})


def pong_frame(frame_id: int) -> bytes:
    """The answer to a ping."""
    return orjson.dumps({"id": frame_id, "type": "pong"})


def error_frame(frame_id: int | None, code: str, detail: str) -> bytes:
    """A frame was refused; the socket stays."""
    named = {"id": frame_id} if frame_id is not None else {}
    return orjson.dumps({**named, "type": "error", "code": code, "detail": detail})


def event_frame(channel: str, position: int, previous: int, event: dict[str, Any]) -> bytes:
    """An event of a channel; `prev` is the position of the one before it there, so that a client can see a gap."""
    return orjson.dumps({"type": "event", "channel": channel, "position": position, "prev": previous, "event": event})
