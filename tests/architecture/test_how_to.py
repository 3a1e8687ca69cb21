"""The page on adding an endpoint is followed to the letter, and the endpoint answers."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.architecture.house_rules import ROOT

_BLOCK = re.compile(r"^`(?P<path>services/[a-z_/]+\.py)`\n```python\n(?P<code>.*?)^```", re.MULTILINE | re.DOTALL)

ASK = """
import sys
from fastapi.routing import iter_route_contexts
from services.community.routes import ROUTERS
paths = {context.path for router in ROUTERS for context in iter_route_contexts(router.routes)}
sys.exit("/communities/{community_id}/summary" not in paths)
"""


def test_the_page_on_adding_an_endpoint_can_be_followed(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "how-to" / "add-an-endpoint.md").read_text()
    blocks = list(_BLOCK.finditer(page))
    assert len(blocks) == 3
    for folder in ("services", "shared"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for block in blocks:
        file = tmp_path / block["path"]
        file.write_text(f"{file.read_text()}\n\n{block['code']}")
    outcome = subprocess.run([sys.executable, "-c", ASK], cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603 (fixed text)
    assert outcome.returncode == 0, outcome.stderr
