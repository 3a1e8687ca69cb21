"""Generate the clients anew: `python -m ops.clients`."""

import json
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from ops.clients.errors import GenerationError
from ops.clients.published import BreakingChangeError, keep_published
from ops.clients.python_client import PACKAGE, generate_python_client
from ops.clients.typescript_types import TYPES, generate_typescript_types, set_version
from ops.openapi.document import DOCUMENT


def write_clients() -> None:
    """Python first, which needs nothing that is not installed."""
    document = json.loads(DOCUMENT.read_text())
    keep_published(document)
    with TemporaryDirectory(dir=PACKAGE.parent) as folder:
        fresh = Path(folder) / PACKAGE.name
        generate_python_client(fresh)
        shutil.rmtree(PACKAGE, ignore_errors=True)
        shutil.move(fresh, PACKAGE)
    set_version(document["info"]["version"])
    TYPES.write_text(generate_typescript_types())


if __name__ == "__main__":
    try:
        write_clients()
    except (BreakingChangeError, GenerationError) as error:
        sys.exit(f"clients: {error}")
