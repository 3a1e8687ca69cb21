"""`python -m ops.roles TERRITORY USERNAME ROLE [REASON]`, with auth's environment; exit 1 with one line on failure."""

import asyncio
import sys

from ops.roles.granting import grant_in_territory
from services.auth.settings import AuthSettings
from shared.errors import ServiceError
from shared.settings.service_settings import load_settings


def main(code: str, username: str, role: str, reason: str | None = None) -> int:
    """Exit code 0 when the citizen has the role."""
    try:
        is_new = asyncio.run(grant_in_territory(load_settings(AuthSettings), code, username, role, reason))
    except ServiceError as error:
        sys.stderr.write(f"unityplan: {error.detail} ({error.code})\n")
        return 1
    sys.stdout.write(f"{username} is {role} of {code}{'' if is_new else ' already'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
