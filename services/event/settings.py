"""What the event service is told."""

from typing import Annotated, ClassVar, Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import NoDecode

from services.event.witnesses.peers import Peer, parse_peers
from shared.settings.secrets import Secret
from shared.settings.service_settings import ServiceSettings


class EventSettings(ServiceSettings):
    """Beside the common ones: the sealer's own way to the database, and two secrets."""

    service: ClassVar[str] = "event"

    sealer_database_url: str
    """`{territory}` and `{password}` are filled in; the role that may insert seals."""
    tree_head_secret: Secret
    """Signing keys of the tree heads are derived from it, one a territory."""
    person_key_secret: Secret
    """Keys of persons are wrapped under it."""
    person_key_secret_previous: Secret | None = None
    """Opens keys that were not wrapped anew since the last rotation."""
    witness_peers: Annotated[tuple[Peer, ...], NoDecode] = ()
    """Neighbours whose heads are cosigned: a comma list of `CODE=<base url of its api>#<base64 Ed25519 head key>`."""
    witness_interval: float = Field(default=60, gt=0, le=86_400)
    """Seconds between two looks at a neighbour's head."""
    origin_days: float = Field(default=180, gt=0, le=36_500)
    """For so long it is known where a request came from that left events."""

    @field_validator("witness_peers", mode="before")
    @classmethod
    def _parse_peers(cls, value: object) -> object:
        return parse_peers(value) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _neighbours_are_reached_safely(self) -> Self:
        if not self.reaches_loopback and any(peer.is_plain_http for peer in self.witness_peers):
            message = "WITNESS_PEERS: give https addresses; plain http is for this machine, in embedded and development"
            raise ValueError(message)
        return self

    @property
    def reaches_loopback(self) -> bool:
        """Whether outgoing calls may go to this machine: as on a laptop, where several pods run."""
        return self.environment in {"embedded", "development"}

    def sealer_url_for(self, slug: str) -> str:
        """The sealer's database URL of a territory."""
        return self.url_for(self.sealer_database_url, "sealer", slug)
