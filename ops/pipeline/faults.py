"""What may not stand in a pipeline, each with its reason; pure, but for the files that commands name."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ops.pipeline.document import FromSecret, Pipeline, Step

EVENTS = {"push", "tag", "pull_request", "promote", "rollback", "cron", "custom"}
_FILE = re.compile(r"(?<![\w/.-])(?:\./)?((?:\.ci|scripts|docker)/[\w./-]+)")
_TARGET = re.compile(r"\bmake ([a-z-]+)")
_SECRET = re.compile(r"PASSWORD|SECRET|TOKEN|CERTIFICATE|_KEY\b")
_FIXED_WAIT = re.compile(r"\bsleep\b")
_MOVING = re.compile(r":(?:latest|stable|develop|main)\b")


def find_faults(pipelines: Sequence[Pipeline], root: Path) -> list[str]:
    """Each in one line that names its pipeline and step; none for a good one."""
    return [fault for pipeline in pipelines for fault in _of_pipeline(pipeline, root)] + list(_repeated(pipelines))


def _of_pipeline(pipeline: Pipeline, root: Path) -> Iterator[str]:
    if (pipeline.kind, pipeline.type) != ("pipeline", "docker"):
        yield f"{pipeline.name}: only pipelines of Docker can be done on this machine too"
    if not pipeline.trigger.event:
        yield f"{pipeline.name}: without trigger.event it would answer promotions too"
    yield from _order(pipeline)
    for step in pipeline.steps:
        yield from (f"{pipeline.name}/{step.name}: {fault}" for fault in _of_step(step, pipeline, root))


def _of_step(step: Step, pipeline: Pipeline, root: Path) -> Iterator[str]:
    text = "\n".join(step.commands)
    if _MOVING.search(step.image) or ":" not in step.image.rpartition("/")[2]:
        yield f"the image {step.image} moves; name a version"
    if _MOVING.search(text):
        yield "a tag that moves is no version: two machines would not run the same"
    if _FIXED_WAIT.search(text):
        yield "a fixed time is no proof of health"
    yield from (f"there is no {name}" for name in _FILE.findall(text) if not _is_runnable(root / name))
    targets = re.findall(r"^([a-z-]+):", (root / "Makefile").read_text(), re.MULTILINE)
    yield from (f"make knows no {name}" for name in _TARGET.findall(text) if name not in targets)
    for name, value in step.environment.items():
        if _SECRET.search(name) and not isinstance(value, FromSecret):
            yield f"{name} belongs to the server's secrets"
    unknown = {*step.when.event, *pipeline.trigger.event} - EVENTS
    if unknown:
        yield f"there is no event {', '.join(sorted(unknown))}"
    known = {volume.name for volume in pipeline.volumes}
    yield from (f"the volume {mount.name} is nobody's" for mount in step.volumes if mount.name not in known)
    yield from _place(step, pipeline)


def _place(step: Step, pipeline: Pipeline) -> Iterator[str]:
    """Production changes when somebody promotes, and staging with develop alone."""
    text = "\n".join(step.commands)
    if "deploy-production" in text and (pipeline.trigger.event, pipeline.trigger.target) != (
        ("promote",),
        ("production",),
    ):
        yield "production is promoted by hand"
    if "deploy-staging" in text and (step.when.branch, step.when.event) != (("develop",), ("push",)):
        yield "staging is deployed from develop, when it is pushed"


def _is_runnable(path: Path) -> bool:
    return path.is_file() and path.stat().st_mode & 0o111 != 0


def _order(pipeline: Pipeline) -> Iterator[str]:
    """A step depends on what stands before it, so that the order of the file is one in which it can be done."""
    before: set[str] = set()
    for step in pipeline.steps:
        if step.name in before:
            yield f"{pipeline.name}: two steps are called {step.name}"
        yield from (
            f"{pipeline.name}/{step.name}: {one} is not before it" for one in step.depends_on if one not in before
        )
        before.add(step.name)
    if any(step.depends_on for step in pipeline.steps):
        for step in pipeline.steps[1:]:
            if not step.depends_on:
                yield f"{pipeline.name}/{step.name}: starts at once, beside the first; say what it depends on"


def _repeated(pipelines: Sequence[Pipeline]) -> Iterator[str]:
    names = [pipeline.name for pipeline in pipelines]
    yield from (f"two pipelines are called {name}" for name in sorted({one for one in names if names.count(one) > 1}))
