"""PostgreSQL's own programs on a territory's database, with the password out of sight."""

import asyncio
import os
from asyncio.subprocess import PIPE, Process

from ops.embedded.places import Place
from ops.servers.postgres import SUPERUSER
from ops.servers.postgres_binaries import postgres_programs
from shared.territory.territory import Territory


async def start_program(place: Place, territory: Territory, name: str, *argv: str) -> Process:
    """`pg_dump` or `psql`, its input and errors as pipes.

    Raises:
        OSError.
    """
    postgres = place.postgres
    environment = {
        "PATH": os.defpath,
        "LC_ALL": "C.UTF-8",
        "PGHOST": str(postgres.socket_folder),
        "PGUSER": SUPERUSER,
        "PGPASSWORD": postgres.password,
        "PGDATABASE": territory.database,
        "PGCLIENTENCODING": "UTF8",
    }
    program = str(postgres_programs(None) / name)
    return await asyncio.create_subprocess_exec(program, *argv, stdin=PIPE, stderr=PIPE, env=environment)
