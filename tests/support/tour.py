"""The tour of the README, pasted into a shell against any pod."""

import asyncio
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support.pod import ROOT, command_environment

BEGIN, END = "<!-- tour:begin -->", "<!-- tour:end -->"
EXPECTED = (
    "live: event community.post.created",
    "live: event community.comment.created",
    "Harbour festival",
    '"leaf_index"',
)


def tour_of(readme: str) -> str:
    """The shell text between the marks."""
    block = readme.partition(BEGIN)[2].partition(END)[0]
    return block.partition("```bash\n")[2].partition("```")[0]


async def take_the_tour(api_port: int, websocket_port: int) -> None:
    """Paste it; it must end well and print what it promises."""
    await take_the_tour_at(f"http://localhost:{api_port}/api", f"ws://localhost:{websocket_port}/ws")


async def take_the_tour_at(api_url: str, websocket_url: str) -> None:
    """The same at any address."""
    await _paste({"http://localhost:8080/api": api_url, '"ws://localhost:9000/ws"': f'"{websocket_url}"'}, {})


async def take_the_tour_by_host(host: str, port: int) -> None:
    """The same by a territory's own name, at a proxy that listens on a loopback port."""
    here = {
        "http://localhost:8080/api": f"http://{host}/api",
        '"ws://localhost:9000/ws"': f'"ws://{host}/ws", host="127.0.0.1", port={port}',
    }
    with _home_of_curl(f'connect-to = "{host}:80:127.0.0.1:{port}"\n') as home:
        await _paste(here, {"HOME": home})


@contextmanager
def _home_of_curl(settings: str) -> Iterator[str]:
    """A home folder in which curl finds these settings: the names of territories are nobody's on this machine."""
    with tempfile.TemporaryDirectory() as home:
        Path(home, ".curlrc").write_text(settings)
        yield home


async def _paste(here: Mapping[str, str], environment: dict[str, str]) -> None:
    script = tour_of((ROOT / "README.md").read_text())
    for written, real in {**here, ".venv/bin/python": sys.executable}.items():
        assert written in script
        script = script.replace(written, real)
    shell = await asyncio.create_subprocess_exec(
        "bash",
        "-euo",
        "pipefail",
        "-c",
        script,
        cwd=ROOT,
        env=command_environment(environment),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(90):
        printed, _ = await shell.communicate()
    text = printed.decode()
    assert shell.returncode == 0, text
    for expected in EXPECTED:
        assert expected in text, text
