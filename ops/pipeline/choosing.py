"""Which steps an event runs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from ops.pipeline.document import Condition, Pipeline, Step


@dataclass(frozen=True, slots=True)
class Happening:
    """What the server would be told."""

    event: str = "push"
    branch: str = "main"
    tag: str = ""
    target: str = ""

    @property
    def ref(self) -> str:
        """As git names it."""
        return f"refs/tags/{self.tag}" if self.tag else f"refs/heads/{self.branch}"


def chosen(pipelines: Sequence[Pipeline], happening: Happening) -> Iterator[tuple[Pipeline, Step]]:
    """The steps in the order in which they are done."""
    for pipeline in pipelines:
        if _fits(pipeline.trigger, happening):
            yield from ((pipeline, step) for step in pipeline.steps if _fits(step.when, happening))


def _fits(condition: Condition, happening: Happening) -> bool:
    """A release has no branch: what asks for one is not for it."""
    asked = (
        (condition.event, happening.event),
        (condition.branch, "" if happening.tag else happening.branch),
        (condition.ref, happening.ref),
        (condition.target, happening.target),
    )
    return all(not patterns or any(fnmatchcase(value, one) for one in patterns) for patterns, value in asked)
