"""A service reduced to nothing: 4 KB of JSON for whatever is asked, a gigabyte at `/bulk`. Bare ASGI.

Bodies are read and thrown away.
"""

from starlette.types import Receive, Scope, Send

BODY = b'{"items":[%b]}' % b",".join(b'{"id":%5d,"name":"A community of usual name"}' % number for number in range(81))
BODY = BODY[:-1] + b',"padding":"' + b"." * (4096 - len(BODY) - 13) + b'"}'
BULK_PATH = "/bulk"
PIECE = bytes(64 * 1024)
PIECES = (1 << 30) // len(PIECE)

HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(BODY))]


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """ASGI."""
    if scope["type"] != "http":
        return
    if scope["method"] not in {"GET", "HEAD"}:
        while (await receive()).get("more_body"):
            pass
    if scope["path"] == BULK_PATH and scope["method"] == "GET":
        await _send_bulk(send)
        return
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": BODY})


async def _send_bulk(send: Send) -> None:
    headers = [(b"content-type", b"application/octet-stream"), (b"content-length", b"%d" % (PIECES * len(PIECE)))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for _ in range(PIECES):
        await send({"type": "http.response.body", "body": PIECE, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
