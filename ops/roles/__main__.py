"""`python -m ops.roles TERRITORY USERNAME ROLE`, with auth's environment; exit 1 with one line on failure."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from ops.desks.desk import opened
from ops.desks.program import told
from services.auth.roles.commands import grant_role, revoke_role
from services.auth.settings import AuthSettings
from shared.clock import format_time
from shared.identity.places import Resource, parse_resource
from shared.settings.service_settings import load_settings


def main(argv: Sequence[str]) -> int:
    """Exit code 0 when the citizen has the role, or, to be taken, has it no more."""
    parser = argparse.ArgumentParser(prog="unityplan grant")
    parser.add_argument("territory")
    parser.add_argument("username")
    parser.add_argument("role")
    parser.add_argument("--until", type=_moment)
    parser.add_argument("--community", type=UUID)
    parser.add_argument("--resource", type=_resource)
    parser.add_argument("--take", action="store_true")
    parser.add_argument("--reason")
    given = parser.parse_args(argv)
    return told("roles", lambda: [asyncio.run(_change(load_settings(AuthSettings), given))])


async def _change(settings: AuthSettings, given: argparse.Namespace) -> str:
    resource_id = given.resource.id if given.resource is not None else None
    command = (
        partial(revoke_role, username=given.username, role=given.role, place=given.community or resource_id)
        if given.take
        else partial(
            grant_role,
            username=given.username,
            role=given.role,
            expires_at=given.until,
            community_id=given.community,
            resource=given.resource,
        )
    )
    async with opened(settings, given.territory, "unityplan-grant") as desk:
        is_new = await desk.run(command, given.reason)
    where = f"community {given.community}" if given.community else given.resource or given.territory
    until = f" until {format_time(given.until)}" if given.until and not given.take else ""
    verb = "is not" if given.take else "is"
    return f"{given.username} {verb} {given.role} of {where}{until}{'' if is_new else ' already'}"


def _resource(text: str) -> Resource:
    resource = parse_resource(text)
    if resource is None:
        raise argparse.ArgumentTypeError(text)
    return resource


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.astimezone()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
