"""The `unityplan` command: its verbs, and how it ends."""

import sys

import typer
from typer.exceptions import TyperException

from ops.cli import backups, bring_up, inspect, maintain
from ops.cli.accounts import accounts
from ops.cli.audit import audit
from ops.cli.deploy import deploy, deployments, rollback
from ops.cli.events import events
from ops.cli.failures import WRONG_USE, CommandError
from ops.cli.keys import keys
from ops.cli.mail import mail
from ops.cli.migrate import migrate
from ops.cli.restart import restart
from ops.cli.snapshots import snapshots
from ops.cli.tools import tools
from ops.cli.witness import witness
from ops.embedded.places import PlaceError
from ops.pods.pod import WrongVariable

application = typer.Typer(
    name="unityplan",
    help="Runs UnityPlan pods on this machine.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
application.command()(bring_up.up)
application.command()(bring_up.down)
application.command()(restart)
application.command()(deploy)
application.command()(rollback)
application.command()(deployments)
application.command()(inspect.status)
application.command()(inspect.logs)
application.command()(inspect.env)
application.command()(inspect.doctor)
application.command()(migrate)
application.command()(mail)
application.command()(maintain.seed)
application.command()(maintain.grant)
application.command()(maintain.openapi)
application.command()(backups.backup)
application.command()(backups.restore)
application.add_typer(accounts, name="accounts")
application.add_typer(audit, name="audit")
application.add_typer(events, name="events")
application.add_typer(keys, name="keys")
application.add_typer(snapshots, name="snapshots")
application.add_typer(tools, name="tools")
application.add_typer(witness, name="witness")


def main() -> None:
    """Run the command. Exit codes: 0 done, 1 failed, 2 wrong use; an error is one line on standard error."""
    try:
        code = application(standalone_mode=False)
    except (PlaceError, WrongVariable) as error:
        _complain(str(error))
        sys.exit(WRONG_USE)
    except (CommandError, TyperException) as error:
        _complain(error.format_message() if isinstance(error, TyperException) else str(error))
        sys.exit(error.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(130)
    sys.exit(code if isinstance(code, int) else 0)


def _complain(message: str) -> None:
    if message:
        sys.stderr.write(f"unityplan: {message}\n")
