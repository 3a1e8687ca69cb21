"""Names of channels."""

from dataclasses import dataclass
from uuid import UUID

from shared.errors import Kind, ServiceError
from shared.identifiers import parse_id


@dataclass(frozen=True, slots=True)
class Channel:
    """`user`, `community:<id>`, `post:<id>` or `gathering:<id>`. `audience` is how events name it."""

    name: str
    kind: str
    subject: UUID

    @property
    def audience(self) -> str:
        """The channel as it stands in an event's audience."""
        return f"{self.kind}:{self.subject}"


def parse_channel(name: str, account_id: UUID) -> Channel:
    """A channel by its name; `user` is the caller's own.

    Raises:
        ServiceError: invalid `unknown-channel`.
    """
    if name == "user":
        return Channel(name, "user", account_id)
    kind, _, identity = name.partition(":")
    subject = parse_id(identity)
    if kind not in {"community", "post", "gathering"} or subject is None:
        raise ServiceError(Kind.INVALID, "unknown-channel", "There is no such channel.")
    return Channel(f"{kind}:{subject}", kind, subject)
