"""What an engine asks a service in its container."""

import asyncio
import os
import sys

import pytest

from tests.support.pod import ROOT, free_port


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}", 0),
        (b"HTTP/1.1 503 Service Unavailable\r\n\r\n", 1),
        (b"HTTP/1.1 20", 1),
        (b"", 1),
        (None, 1),
    ],
    ids=["ready", "not ready", "cut off", "silent", "nobody"],
)
async def test_a_service_is_healthy_when_it_says_that_it_is_ready(answer: bytes | None, code: int) -> None:
    async def service(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if head.startswith(b"GET /health/ready HTTP/1.1\r\nHost: localhost\r\n") and answer is not None:
            writer.write(answer)
        writer.close()

    port = free_port()
    server = await asyncio.start_server(service, "127.0.0.1", port) if answer is not None else None
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "shared.service.healthcheck",
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "LISTEN": "0.0.0.0:1", "INNER_LISTEN": f"0.0.0.0:{port}"},
    )
    assert await process.wait() == code
    if server is not None:
        server.close()
