"""Where in a stream of frames one ends: only there may a frame of our own be put in (RFC 6455 §5.2)."""

import struct

CLOSE = 0x8
_OPCODE = 0x0F
_LENGTH = 0x7F
_TWO_BYTES = 126
_EIGHT_BYTES = 127
_SHORTEST_HEAD = 2
_HEAD_BYTES = {_TWO_BYTES: 4, _EIGHT_BYTES: 10}


def close_frame(code: int) -> bytes:
    """A server's close frame, without a reason."""
    return struct.pack("!BBH", 0x80 | CLOSE, 2, code)


class FrameBoundary:
    """Follows the frames of a server, which are not masked, without keeping them."""

    def __init__(self) -> None:
        self._head = b""
        self._left = 0
        self.is_closed = False
        """Whether a close frame has begun: nothing may follow it."""

    @property
    def is_here(self) -> bool:
        """Whether the last byte was the last of a frame."""
        return not self._head and not self._left

    def follow(self, data: bytes) -> int:
        """Take in what comes next; how much of it completes the frame that was under way."""
        at, first = 0, -1
        while at < len(data):
            if not self._left:
                at = self._read_head(data, at)
            taken = min(self._left, len(data) - at)
            at += taken
            self._left -= taken
            if first < 0 and self.is_here:
                first = at
        return first if first >= 0 else len(data)

    def _read_head(self, data: bytes, at: int) -> int:
        """As far as the head goes; after its last byte what is left is the payload."""
        wanted = _HEAD_BYTES.get(self._head[1] & _LENGTH, _SHORTEST_HEAD) if len(self._head) > 1 else _SHORTEST_HEAD
        taken = data[at : at + wanted - len(self._head)]
        self._head += taken
        if len(self._head) == wanted and _HEAD_BYTES.get(self._head[1] & _LENGTH, _SHORTEST_HEAD) == wanted:
            self.is_closed = self.is_closed or self._head[0] & _OPCODE == CLOSE
            self._left = int.from_bytes(self._head[2:], "big") if wanted > _SHORTEST_HEAD else self._head[1] & _LENGTH
            self._head = b""
        return at + len(taken)
