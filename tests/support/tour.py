"""The tour of the README, pasted into a shell against any pod."""

import asyncio
import sys

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
    script = tour_of((ROOT / "README.md").read_text())
    here = {
        "http://localhost:8080": f"http://localhost:{api_port}",
        "ws://localhost:9000": f"ws://localhost:{websocket_port}",
        ".venv/bin/python": sys.executable,
    }
    for written, real in here.items():
        assert written in script
        script = script.replace(written, real)
    shell = await asyncio.create_subprocess_exec(
        "bash",
        "-euo",
        "pipefail",
        "-c",
        script,
        cwd=ROOT,
        env=command_environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(90):
        printed, _ = await shell.communicate()
    text = printed.decode()
    assert shell.returncode == 0, text
    for expected in EXPECTED:
        assert expected in text, text
