"""Changing one's preferences."""

from collections.abc import Mapping
from uuid import UUID

from services.user.preferences import repository
from services.user.preferences.rules import changed_names
from shared.events.catalogue.user import PreferencesChanged
from shared.events.unit_of_work import UnitOfWork


async def change_preferences(work: UnitOfWork, account_id: UUID, change: Mapping[str, object]) -> None:
    """Change the named preferences and leave the others; leaves no trace when nothing changes."""
    before = await repository.lock_preferences(work.connection, account_id, work.now)
    changed = changed_names(before, change)
    if not changed:
        return
    await repository.write_preferences(work.connection, account_id, {**before, **change}, work.now)
    event = PreferencesChanged(account_id=account_id, changed=changed)
    await work.append(f"profile-{account_id}", "any", event)
