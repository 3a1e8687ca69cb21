"""What the jobs are told by compose."""

import os
import sys
from typing import NoReturn

from ops.pods.pod import Pod, describe_pod
from ops.provisioning.nats_configuration import parse_payload

WRONG_CONFIGURATION = 2
DEFAULT_PAYLOAD = "8MB"
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


def stage_of_environment() -> str:
    """`staging`, `dev`, or empty for production: what stands in the names of containers."""
    return os.environ.get("STAGE", "")


def payload_of_environment() -> int:
    """The largest message that NATS takes, in bytes; a wrong one: one line, exit 2."""
    try:
        return parse_payload(os.environ.get("NATS_MAX_PAYLOAD") or DEFAULT_PAYLOAD)
    except ValueError as error:
        _give_up(str(error))


def _give_up(why: str) -> NoReturn:
    sys.stderr.write(f"{why}\n")
    raise SystemExit(WRONG_CONFIGURATION)
