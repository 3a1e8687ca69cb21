"""Which preferences there are and what they may be."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, StrictBool

from shared.time_zones import require_time_zone
from shared.web.bodies import RequestBody, example

Locale = Annotated[str, Field(max_length=20, pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$")]
TimeZone = Annotated[str, Field(max_length=64, description="A name of the IANA database, such as Europe/Copenhagen.")]


class PreferencesChangeBody(RequestBody):
    """Absent fields stay as they are; `locale: null` means the territory's own."""

    model_config = example({"locale": "da-DK", "time_zone": "Europe/Copenhagen", "email_digest": "weekly"})

    locale: Locale | None = None
    time_zone: Annotated[TimeZone, AfterValidator(require_time_zone)] = "UTC"
    theme: Literal["system", "light", "dark"] = "system"
    # Strict: 0 and "no" are not what the document says.
    email_notifications: StrictBool = True
    email_digest: Literal["off", "daily", "weekly"] = "off"

    def to_change(self) -> dict[str, object]:
        """Only what was sent."""
        return self.model_dump(exclude_unset=True)


class PreferencesAnswer(BaseModel):
    locale: str
    time_zone: str
    theme: Literal["system", "light", "dark"]
    email_notifications: bool
    email_digest: Literal["off", "daily", "weekly"]
