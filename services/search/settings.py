"""What the search service is told."""

from pathlib import Path
from typing import ClassVar

from shared.settings.secrets import Secret
from shared.settings.service_settings import ServiceSettings


class SearchSettings(ServiceSettings):
    """Beside the common ones: where the index is kept."""

    service: ClassVar[str] = "search"

    search_data: Path
    """A folder of this instance alone; what is lost in it is made again from the events."""
    person_key_secret: Secret
    """Keys of persons are wrapped under it."""
    person_key_secret_previous: Secret | None = None
    """Opens keys that were not wrapped anew since the last rotation."""
