"""What the user service reads from its environment."""

from typing import ClassVar

from shared.settings.secrets import Secret
from shared.settings.service_settings import ServiceSettings


class UserSettings(ServiceSettings):
    """Common settings, and the secret of the persons' keys."""

    service: ClassVar[str] = "user"

    person_key_secret: Secret
    """Wraps the keys under which personal fields of events are encrypted."""
    person_key_secret_previous: Secret | None = None
    """Opens keys that were not wrapped anew since the last rotation."""
