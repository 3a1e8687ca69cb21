"""The tour of the README works when it is pasted."""

import asyncio
import sys

from tests.support.pod import ROOT, Pod, command_environment

BEGIN, END = "<!-- tour:begin -->", "<!-- tour:end -->"


def tour_of(readme: str) -> str:
    """The shell text between the marks."""
    block = readme.partition(BEGIN)[2].partition(END)[0]
    return block.partition("```bash\n")[2].partition("```")[0]


TOUR = tour_of((ROOT / "README.md").read_text())


async def test_the_tour_of_the_readme_works_when_pasted(dk: Pod) -> None:
    here = {
        "http://localhost:8080": f"http://localhost:{dk.api_port}",
        "ws://localhost:9000": f"ws://localhost:{dk.websocket_port}",
        ".venv/bin/python": sys.executable,
    }
    script = TOUR
    for written, real in here.items():
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
    for expected in ("live: event community.post.created", "live: event community.comment.created", "Harbour festival"):
        assert expected in text, text
    assert '"leaf_index"' in text, text
