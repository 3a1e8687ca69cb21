"""Calls to strangers: the connection goes to the address that was checked, the certificate is the name's."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from shared.clock import utc_now
from shared.outbound.http_client import NoAnswerError, StrangersClient, open_client
from tests.support.stranger import Stranger, always, answer, stranger

FINE = always(answer(200, b'{"a":1}'))


async def asked(client: httpx.AsyncClient, url: str, *, allows_loopback: bool = True) -> object:
    return await StrangersClient(client, allows_loopback).get_json(url, query={}, headers={})


async def reason(client: httpx.AsyncClient, url: str, *, allows_loopback: bool = True) -> str:
    with pytest.raises(NoAnswerError) as refusal:
        await asked(client, url, allows_loopback=allows_loopback)
    return refusal.value.reason


async def test_this_machine_answers_where_that_is_allowed() -> None:
    async with stranger(FINE) as who, open_client() as client:
        assert await asked(client, f"http://localhost:{who.port}/a") == {"a": 1}
        assert await reason(client, f"http://localhost:{who.port}/b", allows_loopback=False) == "forbidden-address"
        assert who.asked == ["/a"]


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/",
        "http://[fd00:ec2::254]/",
        "http://93.184.215.14/",
        "https://192.168.1.1/",
        "https://0.0.0.0/",
    ],
)
async def test_inner_networks_and_plain_http_to_others_are_not_even_tried(url: str) -> None:
    async with open_client() as client:
        assert await reason(client, url) == "forbidden-address"


async def test_a_redirect_is_not_followed() -> None:
    async with stranger(FINE) as inner, open_client() as client:
        async with stranger(always(answer(301, b"", location=f"{inner.url}/secret"))) as who:
            assert await reason(client, f"{who.url}/") == "redirect"
        assert inner.asked == []


async def test_a_certificate_is_checked_for_the_name_that_was_asked_for(tmp_path: Path) -> None:
    context = made_context(tmp_path, "localhost")
    async with tls_stranger(context) as who, httpx.AsyncClient(verify=trusting(tmp_path)) as client:
        assert await asked(client, f"https://localhost:{who.port}/") == {"a": 1}
        assert await reason(client, f"https://127.0.0.1:{who.port}/") == "away"


async def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    async with tls_stranger(made_context(tmp_path, "localhost")) as who, open_client() as client:
        assert await reason(client, f"https://localhost:{who.port}/") == "away"
        assert who.asked == []


async def test_a_name_that_nobody_knows_is_away() -> None:
    async with open_client() as client:
        assert await reason(client, "https://nobody.invalid/") == "away"


@asynccontextmanager
async def tls_stranger(context: ssl.SSLContext) -> AsyncIterator[Stranger]:
    who = Stranger(FINE)
    server = await asyncio.start_server(who.serve, "127.0.0.1", 0, ssl=context)
    who.port = server.sockets[0].getsockname()[1]
    try:
        yield who
    finally:
        server.close()
        await who.stop()


def made_context(folder: Path, name: str) -> ssl.SSLContext:
    """A server's side with a certificate for a name, vouched for by itself."""
    key = Ed25519PrivateKey.generate()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(utc_now() - timedelta(days=1))
        .not_valid_after(utc_now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, None)
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context


def trusting(folder: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(folder / "certificate.pem"))
