"""Alembic for one territory: `python -m ops.migrations.one_territory SLUG upgrade|downgrade|revision ARGUMENT`.

A process of its own, since Alembic's context is one per process and territories are migrated at once. The
superuser's URL comes in the environment, out of sight of other users.
"""

import os
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

URL_VARIABLE = "MIGRATION_DATABASE_URL"


def configuration(slug: str, url: str) -> Config:
    """Alembic's configuration for a territory."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url.replace("postgresql://", "postgresql+asyncpg://", 1)
    config.attributes["schema"] = f"territory_{slug}"
    config.attributes["owner"] = f"owner_{slug}"
    return config


def main(slug: str, verb: str, argument: str) -> None:
    """Run one of Alembic's commands."""
    config = configuration(slug, os.environ[URL_VARIABLE])
    match verb:
        case "upgrade":
            command.upgrade(config, argument)
        case "downgrade":
            command.downgrade(config, argument)
        case "revision":
            number = int(ScriptDirectory.from_config(config).get_current_head() or 0) + 1
            command.revision(config, message=argument, autogenerate=True, rev_id=f"{number:04}")
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main(*sys.argv[1:4])
