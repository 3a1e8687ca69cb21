"""What the jobs beside a pod in containers decide, without a container."""

import asyncio
import contextlib
import json
from importlib.metadata import distributions
from pathlib import Path

import pytest

from ops.compose.container_list import is_allowed, serve_list
from ops.compose.forwarding import Forwarded, forward, parse_forwarded
from ops.compose.reloading import newest_change
from ops.compose.secret_volumes import fill_volumes, take_secret
from ops.images.bill_of_materials import bill_of_materials
from ops.pods.pod import load_pod
from ops.provisioning.nats_configuration import parse_payload
from tests.support.eventually import eventually
from tests.support.pod import free_port

LOOPBACK = "127.0.0.1"


def head(line: str, *fields: str) -> bytes:
    return "\r\n".join([line, "Host: docker", *fields, "", ""]).encode()


class TestTheListOfContainers:
    @pytest.mark.parametrize(
        "line",
        [
            "GET /v1.41/containers/json?limit=0 HTTP/1.1",
            "GET /v1.41/containers/0a1b2c/json HTTP/1.1",
            "GET /v1.41/events?filters=%7B%7D HTTP/1.1",
            "GET /v1.24/version HTTP/1.1",
            "HEAD /_ping HTTP/1.1",
        ],
    )
    def test_what_traefik_reads_is_passed_on(self, line: str) -> None:
        assert is_allowed(head(line))

    @pytest.mark.parametrize(
        "line",
        [
            "POST /v1.41/containers/create HTTP/1.1",
            "DELETE /v1.41/containers/0a1b2c HTTP/1.1",
            "GET /v1.41/containers/0a1b2c/archive?path=/run/secrets HTTP/1.1",
            "GET /v1.41/containers/0a1b2c/logs HTTP/1.1",
            "GET /v1.41/containers/../secrets/x/json HTTP/1.1",
            "GET /v1.41/images/json HTTP/1.1",
            "GET /v1.41/containers/json HTTP/1.0",
            "GET http://other/v1.41/containers/json HTTP/1.1",
        ],
    )
    def test_everything_else_is_refused(self, line: str) -> None:
        assert not is_allowed(head(line))

    @pytest.mark.parametrize("field", ["Content-Length: 5", "Transfer-Encoding: chunked", "UPGRADE: tcp"])
    def test_what_brings_something_along_is_refused(self, field: str) -> None:
        assert not is_allowed(head("GET /v1.41/version HTTP/1.1", field))

    async def test_one_request_is_answered_and_a_second_one_on_the_same_connection_is_not_read(
        self, tmp_path: Path
    ) -> None:
        asked: list[bytes] = []

        async def engine(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            asked.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]")
            writer.close()

        socket, port = tmp_path / "engine.sock", free_port()
        there = await asyncio.start_unix_server(engine, socket)
        listing = asyncio.create_task(serve_list([str(socket)], LOOPBACK, port))
        try:
            answer = await asked_at(port, head("GET /version HTTP/1.1", "Connection: keep-alive"))
            refused = await asked_at(port, head("POST /containers/create HTTP/1.1"))
        finally:
            listing.cancel()
            there.close()
        assert answer.endswith(b"[]")
        assert refused.startswith(b"HTTP/1.1 403")
        assert len(asked) == 1
        assert b"connection: close" in asked[0]
        assert b"keep-alive" not in asked[0]


async def asked_at(port: int, request: bytes) -> bytes:
    reader, writer = await connected(port)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    return answer


async def connected(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection, as soon as somebody listens."""

    async def listens() -> bool:
        with contextlib.suppress(OSError):
            (await asyncio.open_connection(LOOPBACK, port))[1].close()
            return True
        return False

    await eventually(listens, within=5)
    return await asyncio.open_connection(LOOPBACK, port)


class TestForwarding:
    async def test_bytes_go_both_ways_until_a_side_ends(self) -> None:
        async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(await reader.read())
            writer.close()

        there, port = await asyncio.start_server(echo, LOOPBACK, 0), free_port()
        passing = asyncio.create_task(forward([f"{port}={LOOPBACK}:{there.sockets[0].getsockname()[1]}"], LOOPBACK))
        try:
            reader, writer = await connected(port)
            writer.write(b"SELECT 1")
            writer.write_eof()
            assert await reader.read() == b"SELECT 1"
            writer.close()
        finally:
            passing.cancel()
            there.close()

    async def test_a_server_that_is_not_there_closes_the_connection(self) -> None:
        port = free_port()
        passing = asyncio.create_task(forward([f"{port}={LOOPBACK}:{free_port()}"], LOOPBACK))
        try:
            reader, writer = await connected(port)
            assert await reader.read() == b""
            writer.close()
        finally:
            passing.cancel()

    def test_words_of_another_form_are_named(self) -> None:
        assert parse_forwarded(["5432=service-postgres-dk:5432"]) == [Forwarded(5432, "service-postgres-dk", 5432)]
        with pytest.raises(ValueError, match="5432:postgres"):
            parse_forwarded(["5432:postgres"])
        with pytest.raises(ValueError, match="nothing"):
            parse_forwarded([])


@pytest.mark.parametrize(
    ("text", "size"), [("8MB", 8 << 20), ("2mb", 2 << 20), ("512KB", 512 << 10), ("1048576", 1 << 20)]
)
def test_a_payload_is_read_as_the_server_writes_it(text: str, size: int) -> None:
    assert parse_payload(text) == size


@pytest.mark.parametrize("text", ["", "0", "-1", "8 GB", "65MB", "eight", "8MB; x"])
def test_a_payload_of_another_form_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="NATS_MAX_PAYLOAD"):
        parse_payload(text)


def test_a_changed_a_new_and_a_removed_file_are_seen(tmp_path: Path) -> None:
    empty = newest_change([tmp_path])
    source = tmp_path / "rules.py"
    source.write_text("")
    made = newest_change([tmp_path])
    source.unlink()
    assert made != empty
    assert newest_change([tmp_path]) == empty


def test_a_bill_of_materials_is_the_same_for_the_same_packages() -> None:
    bill = bill_of_materials(distributions())
    assert bill == bill_of_materials(reversed(list(distributions())))
    components = bill["components"]
    assert isinstance(components, list)
    assert any(one["purl"].startswith("pkg:pypi/fastapi@") for one in components)


class TestSecretsThatAreGiven:
    def test_one_reaches_its_reader_and_can_be_taken_back(self, tmp_path: Path) -> None:
        originals, volumes = tmp_path / "secrets", tmp_path / "volumes"

        def seen() -> str:
            fill_volumes(load_pod("eu"), "", 1 << 20, originals, volumes)
            return (volumes / "auth" / "smtp_url").read_text()

        assert seen() == ""
        take_secret("smtp_url", "smtps://pod:of-its-own@mail.example.org:465\n", originals)
        assert seen() == "smtps://pod:of-its-own@mail.example.org:465"
        take_secret("smtp_url", "", originals)
        assert seen() == ""

    def test_one_of_another_name_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="smtp_url"):
            take_secret("jwt_secret", "mine", tmp_path)

    def test_each_volume_has_its_part_and_nothing_of_another(self, tmp_path: Path) -> None:
        fill_volumes(load_pod("eu"), "staging", 1 << 20, tmp_path / "secrets", tmp_path / "volumes")
        files = {folder.name: {path.name for path in folder.iterdir()} for folder in (tmp_path / "volumes").iterdir()}
        assert files["postgres"] == {"postgres_superuser"}
        assert files["chat"] == {"homeserver.yaml"}
        assert files["monitor"] == {"postgres_monitor", "redis_monitor.json"}
        homeserver = json.loads((tmp_path / "volumes/chat/homeserver.yaml").read_text())
        assert homeserver["server_name"] == "europe.unityplan.org"
        assert homeserver["database"]["args"]["host"] == "staging-postgres-eu"
