"""What a client may send on a socket, and why it is closed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.websocket.connections.handshake import chosen_subprotocol, require_no_token_in_url
from services.websocket.protocol.close_codes import CloseCode, Closing
from services.websocket.protocol.frames import (
    LARGEST_FRAME_BYTES,
    FrameRefused,
    SubscribeFrame,
    event_frame,
    parse_frame,
)


class TestAFrame:
    def test_one_of_ours_is_read(self) -> None:
        frame = parse_frame('{"id":2,"type":"subscribe","channel":"community:x","epoch":"e","position":7}')
        assert frame == SubscribeFrame(id=2, type="subscribe", channel="community:x", epoch="e", position=7)

    @pytest.mark.parametrize("text", ["", "{", "[]", "1", "null", '"x"', "NaN", '{"id":1', '{"a":"\\ud800"}'])
    def test_what_is_no_object_closes_the_socket(self, text: str) -> None:
        with pytest.raises(Closing) as closing:
            parse_frame(text)
        assert closing.value.code is CloseCode.BAD_FRAME

    def test_one_that_is_too_large_closes_the_socket(self) -> None:
        with pytest.raises(Closing) as closing:
            parse_frame(json.dumps({"id": 1, "type": "ping", "x": "a" * LARGEST_FRAME_BYTES}))
        assert closing.value.code is CloseCode.FRAME_TOO_LARGE

    @pytest.mark.parametrize(
        "frame",
        [
            {},
            {"id": 1},
            {"id": 1, "type": "dance"},
            {"type": "ping"},
            {"id": "1", "type": "ping"},
            {"id": 1.5, "type": "ping"},
            {"id": True, "type": "ping"},
            {"id": -1, "type": "ping"},
            {"id": 2**53, "type": "ping"},
            {"id": 1, "type": "ping", "extra": 1},
            {"id": 1, "type": "subscribe"},
            {"id": 1, "type": "subscribe", "channel": 5},
            {"id": 1, "type": "subscribe", "channel": "a" * 101},
            {"id": 1, "type": "subscribe", "channel": "user", "position": -1},
            {"id": 1, "type": "subscribe", "channel": "user", "position": "7"},
            {"id": 1, "type": "auth", "token": None},
        ],
    )
    def test_one_that_is_none_of_ours_is_answered_and_the_socket_stays(self, frame: object) -> None:
        with pytest.raises(FrameRefused):
            parse_frame(json.dumps(frame))

    @given(st.text(max_size=200))
    def test_any_text_is_read_refused_or_closes_the_socket(self, text: str) -> None:
        with pytest.raises((Closing, FrameRefused)):
            parse_frame(text)

    def test_an_event_says_what_came_before_it(self) -> None:
        frame = json.loads(event_frame("user", 9, 4, {"type": "x"}))
        assert frame == {"type": "event", "channel": "user", "position": 9, "prev": 4, "event": {"type": "x"}}


class TestAHandshake:
    def test_our_protocol_is_chosen_never_the_one_that_carries_a_token(self) -> None:
        assert chosen_subprotocol(["bearer.abc", "unityplan.v1"]) == "unityplan.v1"
        assert chosen_subprotocol([]) is None

    @pytest.mark.parametrize("offered", [["bearer.abc"], ["unityplan.v2"]])
    def test_others_are_refused(self, offered: list[str]) -> None:
        with pytest.raises(Closing) as closing:
            chosen_subprotocol(offered)
        assert closing.value.code is CloseCode.BAD_FRAME

    @pytest.mark.parametrize("query", [b"token=x", b"a=1&access_token=", b"TOKEN=x", b"jwt=x", b"%74oken=x"])
    def test_a_token_in_the_address_is_refused(self, query: bytes) -> None:
        with pytest.raises(Closing) as closing:
            require_no_token_in_url(query)
        assert closing.value.code is CloseCode.BAD_FRAME
