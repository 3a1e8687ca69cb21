"""Why a socket is closed. 4000–4999 are an application's own (RFC 6455 §7.4.2)."""

from enum import IntEnum


class CloseCode(IntEnum):
    """One reason each; documented in the API."""

    SLOW_CONSUMER = 4008
    BAD_FRAME = 4400
    NOT_AUTHENTICATED = 4401
    FORBIDDEN_ORIGIN = 4403
    TOO_MANY_CONNECTIONS = 4409
    FRAME_TOO_LARGE = 4413
    TOO_MANY_FRAMES = 4429
    TRY_AGAIN = 1013


class Closing(Exception):
    """Ends the socket with a code; `reason` is an error code of the API."""

    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(f"{code.value} {reason}")
        self.code = code
        self.reason = reason
