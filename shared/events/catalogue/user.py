"""What the user service publishes."""

from typing import Annotated, ClassVar
from uuid import UUID

from shared.events.event import PERSONAL, Event


class ProfileCreated(Event):
    type: ClassVar = "user.profile.created"
    category: ClassVar = "profile"
    person_field: ClassVar = "account_id"

    account_id: UUID
    username: Annotated[str, PERSONAL]
    display_name: Annotated[str, PERSONAL]


class ProfileUpdated(Event):
    type: ClassVar = "user.profile.updated"
    category: ClassVar = "profile"
    person_field: ClassVar = "account_id"

    account_id: UUID
    username: Annotated[str, PERSONAL]
    display_name: Annotated[str, PERSONAL]
    bio: Annotated[str, PERSONAL]


class PreferencesChanged(Event):
    type: ClassVar = "user.preferences.changed"
    category: ClassVar = "profile"
    audit_only: ClassVar = True

    account_id: UUID
    changed: tuple[str, ...]


EVENTS = (ProfileCreated, ProfileUpdated, PreferencesChanged)
