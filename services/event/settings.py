"""What the event service is told."""

from typing import ClassVar

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

    def sealer_url_for(self, slug: str) -> str:
        """The sealer's database URL of a territory."""
        return self.url_for(self.sealer_database_url, "sealer", slug)
