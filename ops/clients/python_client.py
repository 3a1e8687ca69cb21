"""The Python package, made by openapi-python-client with the templates in `clients/python/generator`.

The generator lives in an environment of its own, since its bounds and ours for the same libraries exclude one another.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ops.clients.errors import GenerationError
from ops.embedded.service_plans import PROJECT_ROOT
from ops.openapi.document import DOCUMENT

PACKAGE = PROJECT_ROOT / "clients" / "python" / "unityplan_client"
GENERATOR = PROJECT_ROOT / "clients" / "python" / "generator"
TOOLS = Path(sys.prefix) / "clients" / "bin"


def generate_python_client(package: Path) -> None:
    """Write the package into a folder that does not exist yet.

    Raises: GenerationError.
    """
    if not TOOLS.exists():
        raise GenerationError("the generator of the Python client is not installed: make .venv/.dev")
    with TemporaryDirectory() as folder:
        document = Path(folder) / "openapi.json"
        document.write_text(json.dumps(_open_where_it_may_be(json.loads(DOCUMENT.read_text()))))
        outcome = subprocess.run(  # noqa: S603 (our own tools)
            [
                TOOLS / "openapi-python-client",
                *("generate", "--meta", "none", "--fail-on-warning", "--path", document),
                *("--config", GENERATOR / "config.yaml", "--custom-template-path", GENERATOR / "templates"),
                *("--output-path", package),
            ],
            env={**os.environ, "PATH": f"{TOOLS}{os.pathsep}{os.environ.get('PATH', '')}"},
            capture_output=True,
            text=True,
            check=False,
        )
    if outcome.returncode:
        raise GenerationError(outcome.stdout + outcome.stderr)
    (package / "py.typed").touch()


def _open_where_it_may_be(document: dict[str, Any]) -> dict[str, Any]:
    """Without security where a token may be left out, which the generator takes for a must."""
    for operation in (each for item in document["paths"].values() for each in item.values()):
        if {} in operation["security"]:
            operation["security"] = []
    return document
