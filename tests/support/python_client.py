"""Where the Python client is, and the example that its README shows."""

import re

from ops.clients.python_client import PACKAGE

PROJECT = PACKAGE.parent

_EXAMPLE = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def readme_example() -> str:
    (example,) = _EXAMPLE.findall((PROJECT / "README.md").read_text())
    return str(example)
