"""What the websocket service is told."""

from typing import ClassVar

from shared.settings.secrets import Secret
from shared.settings.service_settings import ServiceSettings


class WebsocketSettings(ServiceSettings):
    """Nothing beside the common ones but the secret that reveals personal fields to those who may see them."""

    service: ClassVar[str] = "websocket"

    person_key_secret: Secret
    """Keys of persons are wrapped under it."""
    person_key_secret_previous: Secret | None = None
    """Opens keys that were not wrapped anew since the last rotation."""
