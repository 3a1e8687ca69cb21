"""Run one service: `python -m shared.service NAME`."""

import importlib
import importlib.util
import re
import sys

from shared.service.server import serve
from shared.settings.service_settings import CONFIGURATION_ERROR, load_settings


def main() -> None:
    """Find `services.NAME` by name: the library knows no service."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if not re.fullmatch(r"[a-z]+", name):
        sys.stderr.write("usage: python -m shared.service NAME\n")
        raise SystemExit(CONFIGURATION_ERROR)
    if importlib.util.find_spec(f"services.{name}") is None:
        sys.stderr.write(f"there is no service {name!r}\n")
        raise SystemExit(CONFIGURATION_ERROR)
    settings_class = getattr(importlib.import_module(f"services.{name}.settings"), f"{name.capitalize()}Settings")
    settings = load_settings(settings_class)
    serve(importlib.import_module(f"services.{name}.app").create_app(settings), settings)


if __name__ == "__main__":
    main()
