"""What the jobs are told by compose."""

import os
import sys
from typing import NoReturn

from ops.pods.pod import Pod, describe_pod

WRONG_CONFIGURATION = 2
NEEDED = ("POD_ID", "TERRITORY_NAME", "TERRITORY_LOCALE", "TERRITORY_DOMAIN")


def pod_of_environment() -> Pod:
    """The pod that the environment describes; wrong or missing: one line that names the variable, exit 2."""
    missing = [name for name in NEEDED if not os.environ.get(name)]
    if not (os.environ.get("TERRITORIES") or os.environ.get("TERRITORY_ID")):
        missing.append("TERRITORY_ID")
    if missing:
        _give_up(f"missing: {', '.join(missing)}")
    try:
        return describe_pod(os.environ["POD_ID"], os.environ)
    except ValueError as error:
        _give_up(f"TERRITORIES, TERRITORY_NAME, TERRITORY_LOCALE: {error}")


def _give_up(why: str) -> NoReturn:
    sys.stderr.write(f"{why}\n")
    raise SystemExit(WRONG_CONFIGURATION)
