"""Messages by which servers have been made to disagree about where one request ends and the next begins.

Each is sent alone on a connection. `@1@`, `@2@` … stand for the ids of the requests that are in it, in order, also of
those that are only there if a server is fooled; `@prefix@` for what a server's paths begin with.
Sources: RFC 9112 §2-§7, §9, §11.2; the request smuggling research of 2005 to 2025 by the names that it gave.
"""

from dataclasses import dataclass

BODY = b'{"refresh_token":"nothing-of-the-kind-that-anyone-has-been-given"}'
LENGTH = b"Content-Length: %d" % len(BODY)
CHUNKED = b"Transfer-Encoding: chunked"
CHUNKS = b"%x\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY)
JSON = b"Content-Type: application/json"
CLOSE = b"Connection: close"


@dataclass(frozen=True, slots=True)
class Message:
    """`passed` requests are to be served, from the first on; whatever follows is refused, and the connection closed.

    Where a body turns out to be wrong while it comes, its request may have `begun`: it is seen, and not served. The
    first request of a message may be one that a `door` answers for the service, since its body is none of its kind.
    """

    name: str
    sent: bytes
    passed: int = 0
    begun: int = 0
    door: int = 0

    def addressed(self, prefix: str, request_id: str) -> bytes:
        """As it is sent: the ids of its requests are the one given, with their numbers."""
        sent = self.sent.replace(b"@prefix@", prefix.encode())
        for number in range(1, 5):
            sent = sent.replace(b"@%d@" % number, f"{request_id}-{number}".encode())
        return sent


def post(
    *fields: bytes, body: bytes = b"", number: int = 1, line: bytes = b"POST @prefix@/auth/refresh HTTP/1.1"
) -> bytes:
    """A request with a body, its fields as they are given."""
    own = (line, b"Host: localhost", b"X-Request-ID: @%d@" % number, JSON, *fields)
    return b"\r\n".join(own) + b"\r\n\r\n" + body


def get(*fields: bytes, number: int = 1, line: bytes = b"GET @prefix@/users/nobody HTTP/1.1") -> bytes:
    """A request without one."""
    return b"\r\n".join((line, b"Host: localhost", b"X-Request-ID: @%d@" % number, *fields)) + b"\r\n\r\n"


HIDDEN = get(CLOSE, number=2)
_WITH_HIDDEN = b"0\r\n\r\n" + HIDDEN


def _lengths() -> list[Message]:
    """Content-Length that is none, or more than one."""
    bad = {
        "plus": b"+%d" % len(BODY),
        "minus": b"-1",
        "hexadecimal": b"0x%x" % len(BODY),
        "with a letter": b"%da" % len(BODY),
        "with a space inside": b"6 6",
        "in full-width digits": "６６".encode(),
        "with an underscore": b"6_6",
        "fraction": b"66.0",
        "exponent": b"1e2",
        "empty": b"",
        "beyond 64 bits": b"18446744073709551682",
        "a list of the same": b"%d, %d" % (len(BODY), len(BODY)),
        "a list of two": b"0, %d" % len(BODY),
        "with a vertical tab": b"\x0b%d" % len(BODY),
        "with a NUL": b"%d\x00" % len(BODY),
        "in quotes": b'"%d"' % len(BODY),
    }
    found = [
        Message(f"length: {name}", post(b"Content-Length: " + value, CLOSE, body=BODY)) for name, value in bad.items()
    ]
    return [
        *found,
        Message("length: twice the same", post(LENGTH, LENGTH, CLOSE, body=BODY)),
        Message("length: two that differ", post(b"Content-Length: 0", LENGTH, CLOSE, body=BODY)),
        Message("length: two that differ, the other way", post(LENGTH, b"Content-Length: 0", CLOSE, body=BODY)),
        Message("length: two, one in another case", post(LENGTH, b"content-length: 5", body=BODY)),
        Message("length: space before the colon", post(b"Content-Length : 66", body=BODY)),
        Message("length: tab before the colon", post(b"Content-Length\t: 66", body=BODY)),
        Message("length: folded", post(b"Content-Length:\r\n 66", body=BODY)),
        Message("length: first line folded away", post(b"X-Odd: a\r\n Content-Length: 66", b"Content-Length : 0")),
        Message("length: name with an underscore", post(b"Content_Length: 5", LENGTH, CLOSE, body=BODY), passed=1),
        Message("length: shorter than the body", post(b"Content-Length: 2", body=b"{}" + BODY + HIDDEN), 1, door=1),
    ]


def _encodings() -> list[Message]:
    """Both kinds of framing, and encodings that only one side might know."""
    bad = {
        "xchunked": b"xchunked",
        "chunked twice": b"chunked, chunked",
        "identity": b"identity",
        "chunked, identity": b"chunked, identity",
        "identity, chunked": b"identity, chunked",
        "gzip, chunked": b"gzip, chunked",
        "chunked, gzip": b"chunked, gzip",
        "gzip": b"gzip",
        "quoted": b'"chunked"',
        "with a parameter": b"chunked;q=1",
        "with a vertical tab": b"\x0bchunked",
        "with a form feed": b"chunked\x0c",
        "with a NUL": b"chunked\x00",
        "empty": b"",
        "comma before": b",chunked",
        "comma after": b"chunked,",
        "in a list of nothing": b", ,chunked",
        "with a letter from afar": "chun\u212aed".encode(),
        "trailers": b"trailers",
    }
    alone = [
        Message(f"encoding: {name}", post(b"Transfer-Encoding: " + value, CLOSE, body=CHUNKS))
        for name, value in bad.items()
    ]
    both = [
        Message(f"encoding with a length: {name}", post(LENGTH, b"Transfer-Encoding: " + value, body=_WITH_HIDDEN))
        for name, value in bad.items()
    ]
    return [
        *alone,
        *both,
        Message("CL.TE", post(b"Content-Length: %d" % len(_WITH_HIDDEN), CHUNKED, body=_WITH_HIDDEN)),
        Message("TE.CL", post(CHUNKED, b"Content-Length: 4", body=CHUNKS)),
        Message("TE.TE, the second odd", post(CHUNKED, b"Transfer-Encoding: cow", body=_WITH_HIDDEN)),
        Message("TE.TE, the first odd", post(b"Transfer-Encoding: cow", CHUNKED, body=_WITH_HIDDEN)),
        Message("TE.TE, both right", post(CHUNKED, CHUNKED, CLOSE, body=CHUNKS)),
        Message("TE.0", get(CHUNKED) + b"0\r\n\r\n" + HIDDEN, passed=2),
        Message("encoding: space before the colon", post(b"Transfer-Encoding : chunked", LENGTH, body=BODY)),
        Message("encoding: tab before the colon", post(b"Transfer-Encoding\t: chunked", body=CHUNKS)),
        Message("encoding: folded", post(b"Transfer-Encoding:\r\n chunked", body=CHUNKS)),
        Message(
            "encoding: a line folded onto another", post(b"X-Odd: a\r\n\tTransfer-Encoding: chunked", LENGTH, body=BODY)
        ),
        Message("encoding: after a bare line feed", post(b"X-Odd: a\nTransfer-Encoding: chunked", LENGTH, body=BODY)),
        Message(
            "encoding: after a bare carriage return", post(b"X-Odd: a\rTransfer-Encoding: chunked", LENGTH, body=BODY)
        ),
        Message("encoding: name after a NUL", post(b"\x00Transfer-Encoding: chunked", LENGTH, body=BODY)),
        Message(
            "encoding: name with an underscore", post(b"Transfer_Encoding: chunked", LENGTH, CLOSE, body=BODY), passed=1
        ),
        Message("encoding: over HTTP/1.0", post(CHUNKED, body=CHUNKS, line=b"POST @prefix@/auth/refresh HTTP/1.0")),
        Message(
            "encoding: named by Connection",
            post(b"Connection: close, Transfer-Encoding", CHUNKED, body=CHUNKS),
            passed=1,
        ),
        Message("length: named by Connection", post(b"Connection: close, Content-Length", LENGTH, body=BODY), passed=1),
    ]


def _chunks() -> list[Message]:
    """Bodies whose chunks are not what they seem."""
    size = b"%x" % len(BODY)
    bad = {
        "size with 0x": b"0x" + size + b"\r\n" + BODY + b"\r\n0\r\n\r\n",
        "size with a sign": b"+" + size + b"\r\n" + BODY + b"\r\n0\r\n\r\n",
        "negative size": b"-1\r\n" + BODY + b"\r\n0\r\n\r\n",
        "size with a space before": b" " + size + b"\r\n" + BODY + b"\r\n0\r\n\r\n",
        "size with an underscore": b"4_2\r\n" + BODY + b"\r\n0\r\n\r\n",
        "size beyond 64 bits": b"10000000000000042\r\n" + BODY + b"\r\n0\r\n\r\n",
        "no size": b"\r\n" + BODY + b"\r\n0\r\n\r\n",
        "size ended by a bare line feed": size + b"\n" + BODY + b"\r\n0\r\n\r\n",
        "size ended by a bare carriage return": size + b"\r" + BODY + b"\r\n0\r\n\r\n",
        "data ended by a bare line feed": size + b"\r\n" + BODY + b"\n0\r\n\r\n",
        "data longer than its size": b"5\r\n" + BODY + b"\r\n0\r\n\r\n",
        "extension ended by a bare line feed": size + b";a=b\n" + BODY + b"\r\n0\r\n\r\n",
        "end by bare line feeds": size + b"\r\n" + BODY + b"\r\n0\n\n",
    }
    trailers = size + b"\r\n" + BODY + b"\r\n0\r\nX-Late: 1\r\nContent-Length: 5\r\n\r\n"
    return [
        *(Message(f"chunk: {name}", post(CHUNKED, CLOSE, body=body), begun=1) for name, body in bad.items()),
        Message("chunk: trailers", post(CHUNKED, CLOSE, body=trailers), begun=1),
        Message("chunk: trailers that are announced", post(CHUNKED, CLOSE, b"Trailer: X-Late", body=trailers), begun=1),
        Message("chunk: trailers, then another request", post(CHUNKED, body=trailers + HIDDEN), begun=1),
        Message("chunk: right", post(CHUNKED, CLOSE, body=CHUNKS), passed=1),
        Message("chunk: right, sizes with leading zeros", post(CHUNKED, CLOSE, body=b"000" + CHUNKS), passed=1),
        Message(
            "chunk: an extension", post(CHUNKED, CLOSE, body=size + b";a=b\r\n" + BODY + b"\r\n0\r\n\r\n"), passed=1
        ),
    ]


def _lines() -> list[Message]:
    """Request lines and fields of other forms."""
    line = b"GET @prefix@/users/nobody HTTP/1.1"
    bad = {
        "HTTP/0.9": b"GET @prefix@/users/nobody\r\n\r\n",
        "HTTP/0.9, said so": get(CLOSE, line=b"GET @prefix@/users/nobody HTTP/0.9"),
        "HTTP/1.2": get(CLOSE, line=b"GET @prefix@/users/nobody HTTP/1.2"),
        "HTTP/2.0": get(CLOSE, line=b"GET @prefix@/users/nobody HTTP/2.0"),
        "HTTP/2 by its preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "a fragment": get(CLOSE, line=b"GET @prefix@/users/nobody#fragment HTTP/1.1"),
        "a fragment after a query": get(CLOSE, line=b"GET @prefix@/users/nobody?a=1#fragment HTTP/1.1"),
        "lower-case http": get(CLOSE, line=b"GET @prefix@/users/nobody http/1.1"),
        "version with another digit": get(CLOSE, line=b"GET @prefix@/users/nobody HTTP/1.10"),
        "a tab": get(CLOSE, line=b"GET\t@prefix@/users/nobody\tHTTP/1.1"),
        "a space in the target": get(CLOSE, line=b"GET @prefix@/users/no body HTTP/1.1"),
        "a NUL in the target": get(CLOSE, line=b"GET @prefix@/users/no\x00body HTTP/1.1"),
        "a bare carriage return in the target": get(CLOSE, line=b"GET @prefix@/users/no\rbody HTTP/1.1"),
        "an unknown method": get(CLOSE, line=b"SMUGGLE @prefix@/users/nobody HTTP/1.1"),
        "a lower-case method": get(CLOSE, line=b"get @prefix@/users/nobody HTTP/1.1"),
        "CONNECT": get(CLOSE, line=b"CONNECT localhost:80 HTTP/1.1"),
        "CONNECT, then another request": get(line=b"CONNECT localhost:80 HTTP/1.1") + HIDDEN,
        "absolute form, of another host": get(CLOSE, line=b"GET http://evil.example/api/users/nobody HTTP/1.1"),
        "absolute form, of another scheme": get(CLOSE, line=b"GET gopher://localhost2/api/users/nobody HTTP/1.1"),
        "no target": get(CLOSE, line=b"GET HTTP/1.1"),
        "bare line feeds": get(CLOSE).replace(b"\r\n", b"\n"),
        "bare carriage returns": get(CLOSE).replace(b"\r\n", b"\r") + b"\r\n\r\n",
        "the last line by a bare line feed": get(CLOSE)[:-2] + b"\n",
        "a field without a colon": get(b"X-Odd", CLOSE),
        "a field without a name": get(b": odd", CLOSE),
        "a field with a space before its colon": get(b"X-Odd : 1", CLOSE),
        "a field with a space in its name": get(b"X Odd: 1", CLOSE),
        "a field with a NUL in its value": get(b"X-Odd: a\x00b", CLOSE),
        "a field with a bare carriage return in its value": get(b"X-Odd: a\rb: c", CLOSE),
        "a field that is folded": get(b"X-Odd: a\r\n b", CLOSE),
        "a space before the first field": get(CLOSE).replace(b"\r\nHost", b"\r\n Host", 1),
        "a space before the last line": get(CLOSE)[:-2] + b" \r\n\r\n",
        "no host": get(CLOSE).replace(b"Host: localhost\r\n", b""),
        "two hosts": get(b"Host: localhost", CLOSE),
        "two hosts that differ": get(b"Host: evil.example", CLOSE),
        "two hosts, one in another case": get(b"hOsT: evil.example", CLOSE),
    }
    return [
        *(Message(f"line: {name}", sent) for name, sent in bad.items()),
        Message("line: right", get(CLOSE), passed=1),
        Message("line: two spaces", get(CLOSE, line=b"GET  @prefix@/users/nobody  HTTP/1.1"), passed=1),
        Message("line: empty lines before it", b"\r\n\r\n" + get(CLOSE), passed=1),
        Message(
            "line: absolute form of the same host",
            get(CLOSE, line=b"GET http://localhost@prefix@/users/nobody HTTP/1.1"),
            passed=1,
        ),
        Message("line: HTTP/1.0", get(line=line.replace(b"1.1", b"1.0")), passed=1),
    ]


def _sequences() -> list[Message]:
    """Several requests on one connection, and other protocols in their midst."""
    whole = post(LENGTH, body=BODY)
    return [
        Message("sequence: three in one piece", whole + get(number=2) + get(CLOSE, number=3), passed=3),
        Message("sequence: none after close", get(CLOSE) + HIDDEN, passed=1),
        Message("sequence: none after HTTP/1.0", get(line=b"GET @prefix@/users/nobody HTTP/1.0") + HIDDEN, passed=1),
        Message("sequence: garbage after a request", get() + b"garbage\r\n\r\n", passed=1),
        Message("sequence: TE and CL after a request", get() + post(LENGTH, CHUNKED, body=CHUNKS, number=2), passed=1),
        Message("sequence: a body that nobody announced", get(number=1) + BODY, passed=1),
        Message("sequence: 0.CL", post(b"Content-Length: 0") + HIDDEN, 2, door=1),
        Message(
            "sequence: a GET with a body that is a request",
            get(b"Content-Length: %d" % len(HIDDEN), CLOSE) + HIDDEN,
            passed=1,
        ),
        Message(
            "sequence: a HEAD with a body that is a request",
            get(b"Content-Length: %d" % len(HIDDEN), CLOSE, line=b"HEAD @prefix@/users/nobody HTTP/1.1") + HIDDEN,
            passed=1,
        ),
        Message(
            "expect: 100-continue, the body with it", post(LENGTH, b"Expect: 100-continue", CLOSE, body=BODY), passed=1
        ),
        Message("expect: nonsense", post(LENGTH, b"Expect: a-miracle", CLOSE, body=BODY)),
        Message("expect: twice", post(LENGTH, b"Expect: 100-continue, 100-continue", CLOSE, body=BODY)),
        Message("expect: without a body", get(b"Expect: 100-continue", CLOSE), passed=1),
        Message(
            "expect: over HTTP/1.0",
            post(LENGTH, b"Expect: 100-continue", body=BODY, line=b"POST @prefix@/auth/refresh HTTP/1.0"),
            passed=1,
        ),
        Message(
            "upgrade: h2c",
            get(b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA")
            + HIDDEN,
            passed=2,
        ),
        Message(
            "upgrade: h2c with a body",
            post(LENGTH, b"Connection: Upgrade", b"Upgrade: h2c", body=BODY) + HIDDEN,
            passed=2,
        ),
        Message("upgrade: nonsense", get(b"Connection: Upgrade", b"Upgrade: nonsense") + HIDDEN, passed=2),
        Message(
            "upgrade: to a WebSocket of another version, then another request",
            get(
                b"Connection: Upgrade",
                b"Upgrade: websocket",
                b"Sec-WebSocket-Version: 7",
                line=b"GET @prefix@/ws HTTP/1.1",
            )
            + HIDDEN,
        ),
        Message(
            "upgrade: to a WebSocket with a body",
            get(
                b"Connection: Upgrade",
                b"Upgrade: websocket",
                b"Content-Length: %d" % len(HIDDEN),
                line=b"GET @prefix@/ws HTTP/1.1",
            )
            + HIDDEN,
        ),
        Message("upgrade: without Connection", get(b"Upgrade: websocket") + HIDDEN, passed=2),
    ]


CORPUS = [*_lengths(), *_encodings(), *_chunks(), *_lines(), *_sequences()]
