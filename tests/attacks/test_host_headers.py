"""Whatever stands in the Host header: the right territory, or a refusal; never another territory, never a crash."""

import orjson
import pytest

from tests.attacks.wire import exchange
from tests.support.pod import Pod

GERMANY = (200, "DE")
BAD, MISDIRECTED, NO_TERRITORY = (400, "bad-host"), (421, "unknown-host"), (400, "missing-territory")
GARBAGE = (400, "bad-request")


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        (b"Host: de.localhost", GERMANY),
        (b"Host: de.europe.unityplan.org", GERMANY),
        (b"host:de.localhost", GERMANY),
        (b"HOST: \t DE.LOCALHOST.:8080 ", GERMANY),
        (b"Host: de.localhost:1", GERMANY),
        (b"Host: localhost", NO_TERRITORY),
        (b"Host: [::1]:8080", NO_TERRITORY),
        (b"Host: fr.localhost.evil.example", MISDIRECTED),
        (b"Host: evil.example", MISDIRECTED),
        (b"Host: xde.localhost", MISDIRECTED),
        (b"Host: de.de.localhost", MISDIRECTED),
        (b"Host: 169.254.169.254", MISDIRECTED),
        (b"Host: [::ffff:127.0.0.1]", MISDIRECTED),
        (b"Host: 2130706433", MISDIRECTED),
        (b"Host: xn--de-fja.localhost", MISDIRECTED),
        (b"X-Odd: no host at all", BAD),
        (b"Host:", BAD),
        (b"Host: de.localhost\r\nHost: de.localhost", BAD),
        (b"Host: de.localhost\r\nhost: fr.localhost", BAD),
        (b"Host: de.localhost, fr.localhost", BAD),
        (b"Host: de.localhost fr.localhost", BAD),
        (b"Host: http://de.localhost", BAD),
        (b"Host: fr.localhost@de.localhost", BAD),
        (b"Host: de.localhost/../fr.localhost", BAD),
        (b"Host: de.localhost#fr.localhost", BAD),
        (b"Host: de.localhost?fr.localhost", BAD),
        (b"Host: de%2elocalhost", BAD),
        (b"Host: d\xc3\xa9.localhost", BAD),
        (b"Host: de.localhost:", BAD),
        (b"Host: de.localhost:65536", BAD),
        (b"Host: de.localhost:80:80", BAD),
        (b"Host: de.localhost:-1", BAD),
        (b"Host: de..localhost", BAD),
        (b"Host: .de.localhost", BAD),
        (b"Host: de.localhost..", BAD),
        (b"Host: " + b"a" * 300, BAD),
        (b"Host: [::1", BAD),
        (b"Host: [zz]", BAD),
        (b"Host: '; DROP TABLE events; --", BAD),
        (b"Host: de.localhost\x00fr.localhost", GARBAGE),
        (b"Host : de.localhost", GARBAGE),
        (b"Host: de.localhost\r\n .evil.example", GARBAGE),
    ],
)
async def test_it_names_a_territory_or_is_refused(eu: Pod, fields: bytes, outcome: tuple[int, str]) -> None:
    sent = b"GET /api/territory HTTP/1.1\r\n" + fields + b"\r\nConnection: close\r\n\r\n"
    (answer,) = (await exchange(eu.api_port, sent)).answers
    assert (answer.status, orjson.loads(answer.body)["code"]) == outcome


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (b"X-Forwarded-Host", b"fr.localhost"),
        (b"Forwarded", b"host=fr.localhost"),
        (b"X-Host", b"fr.localhost"),
        (b"X-Original-Host", b"fr.localhost"),
        (b"X-Territory-ID", b"FR"),
        (b"X_Territory_ID", b"FR"),
        (b"X-HTTP-Host-Override", b"fr.localhost"),
    ],
)
async def test_no_other_header_of_a_client_speaks_for_it(eu: Pod, name: bytes, value: bytes) -> None:
    fields = b"Host: de.localhost\r\n" + name + b": " + value
    sent = b"GET /api/territory HTTP/1.1\r\n" + fields + b"\r\nConnection: close\r\n\r\n"
    (answer,) = (await exchange(eu.api_port, sent)).answers
    assert (answer.status, orjson.loads(answer.body)["code"]) == GERMANY
