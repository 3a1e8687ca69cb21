"""`deploy`, `rollback` and `deployments`: the versions of pods in containers."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, TypeAlias

import typer
from rich.console import Console

from ops.cli.failures import WRONG_USE, CommandError
from ops.cli.options import PodArgument, StageOption
from ops.cli.progress import Progress
from ops.deployment.changes import Changes
from ops.deployment.failures import DeploymentError, RefusedError
from ops.deployment.installation import SERVICES, Stage, find_installation
from ops.deployment.interruption import Interruption
from ops.deployment.probe import Patience
from ops.deployment.record import Record, in_one_word
from ops.pods.pod import FOLDERS

WithinOption: TypeAlias = Annotated[
    float, typer.Option("--within", metavar="SECONDS", min=1, help="How long an instance may take to be ready.")
]
WITHIN_SECONDS = 120.0
GATEWAY = {"gateway": "api-gateway"}


def deploy(
    version: Annotated[str, typer.Argument(metavar="VERSION", help="A release or a commit; no name that moves.")],
    *,
    pod: Annotated[list[str] | None, typer.Option("--pod", metavar="POD", help="One pod; may be given again.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every pod, one after the other.")] = False,
    environment: StageOption = "production",
    contract: Annotated[
        bool, typer.Option("--contract", help="Also by migrations that take away what the version before may need.")
    ] = False,
    within: WithinOption = WITHIN_SECONDS,
) -> None:
    """Bring pods to a version: migrations, then one service at a time. The first that is not well goes back."""
    if bool(pod) == every:
        raise CommandError("give --pod POD, as often as you like, or --all", WRONG_USE)
    done: list[str] = []
    with Interruption() as interruption:
        for name in pod or FOLDERS:
            with told(lambda: f" (done before: {', '.join(done)})" if done else ""):
                # Between two pods as well: who asked for the end does not mean the pod alone.
                interruption.heed()
                _changes(name, environment, within, interruption).deploy(version, contract=contract)
            done.append(name)


def rollback(
    pod: PodArgument,
    service: Annotated[str | None, typer.Argument(metavar="SERVICE", help="One service instead of all seven.")] = None,
    *,
    to: Annotated[str | None, typer.Option("--to", metavar="VERSION", help="Instead of the one before.")] = None,
    environment: StageOption = "production",
    within: WithinOption = WITHIN_SECONDS,
) -> None:
    """Go back to the version on record that served before; schemas stay."""
    name = GATEWAY.get(service or "", service)
    if name is not None and name not in SERVICES:
        raise CommandError(f"there is no service {service!r}: there are {', '.join(sorted(SERVICES))}", WRONG_USE)
    with changing(pod, environment, within) as changes:
        changes.roll_back(name, to)


def deployments(
    pod: PodArgument,
    *,
    environment: StageOption = "production",
    as_json: Annotated[bool, typer.Option("--json", help="With every step.")] = False,
) -> None:
    """What was deployed: who, when, from what, to what, and how it ended."""
    with told():
        found = Record(find_installation(pod, environment)).all()
    if as_json:
        sys.stdout.write(f"{json.dumps(found, indent=2)}\n")
        return
    for one in reversed(found):
        versions = f"{in_one_word(one['before']) if one['before'] else '-'} -> {in_one_word(one['after'])}"
        line = f"{one['started_at'][:19]}  {one['kind']:<8}  {versions:<24}  {one['result']:<10}  {one['who']}"
        sys.stdout.write(f"{line}{'  ' + one['reason'] if one['reason'] else ''}\n")


@contextmanager
def changing(pod: str, stage: Stage, within: float = WITHIN_SECONDS) -> Iterator[Changes]:
    """One change of one pod, whose end may be asked for."""
    with told(), Interruption() as interruption:
        yield _changes(pod, stage, within, interruption)


def _changes(pod: str, stage: Stage, within: float, interruption: Interruption) -> Changes:
    return Changes(find_installation(pod, stage), Progress(Console()).step, Patience(within, interruption.heed))


@contextmanager
def told(more: Callable[[], str] = str) -> Iterator[None]:
    """Turn what goes wrong into one line and an exit code."""
    try:
        yield
    except RefusedError as error:
        raise CommandError(f"refused: {error}{more()}", WRONG_USE) from None
    except DeploymentError as error:
        raise CommandError(f"{error.result}: {error}{more()}") from None
