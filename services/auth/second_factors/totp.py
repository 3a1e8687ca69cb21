"""One-time passwords by time. Source: RFC 6238 over RFC 4226, with HMAC-SHA-1, 30 seconds and six digits."""

import base64
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

STEP_SECONDS = 30
DIGITS = 6
SECRET_BYTES = 20
# One step either way, for clocks that differ and fingers that are slow (RFC 6238 §5.2).
WINDOW = (-1, 0, 1)


def new_secret() -> bytes:
    """As many random bits as the hash has."""
    return secrets.token_bytes(SECRET_BYTES)


def code_at(secret: bytes, step: int) -> str:
    """The code of a step: the dynamic truncation of RFC 4226 §5.3."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_at(moment: datetime) -> int:
    """Which step it is."""
    return int(moment.timestamp()) // STEP_SECONDS


def matching_step(secret: bytes, code: str, moment: datetime, used: int) -> int | None:
    """The step that the code is of, later than the one `used` last: no code is good twice (RFC 6238 §5.2)."""
    now = step_at(moment)
    matching = [
        now + shift for shift in WINDOW if hmac.compare_digest(code_at(secret, now + shift).encode(), code.encode())
    ]
    return next((step for step in matching if step > used), None)


def shown(secret: bytes) -> str:
    """The secret as it is typed into an app."""
    return base64.b32encode(secret).decode().rstrip("=")


def app_uri(secret: bytes, issuer: str, username: str) -> str:
    """What an app reads from a QR code (Key Uri Format of Google Authenticator)."""
    label = quote(f"{issuer}:{username}")
    values = {"secret": shown(secret), "issuer": issuer, "algorithm": "SHA1", "digits": DIGITS, "period": STEP_SECONDS}
    return f"otpauth://totp/{label}?{urlencode(values)}"
