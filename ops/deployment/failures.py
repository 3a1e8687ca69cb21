"""How a change of versions ends when it does not end well."""

from typing import ClassVar


class RefusedError(Exception):
    """Nothing was touched; one line that says why."""


class UnknownRevisionError(RefusedError):
    """A version does not know the revision that a schema is at: it is older."""


class DeploymentError(Exception):
    """A step went wrong; one line that says which and why. `result` is what goes on record."""

    result: ClassVar[str] = "failed"


class LeftError(DeploymentError):
    """A service is left as the step found it or half way between: the engine would not clear up either."""


class WentBackError(DeploymentError):
    """What had been replaced before the step that went wrong serves again as it was."""

    result: ClassVar[str] = "went back"
