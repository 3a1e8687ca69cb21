"""Changing one's preferences."""

from collections.abc import Mapping
from uuid import UUID

from services.user.preferences import repository
from services.user.preferences.rules import changed_names
from shared.events.catalogue.user import PreferencesChanged
from shared.events.unit_of_work import UnitOfWork


async def change_preferences(work: UnitOfWork, account_id: UUID, change: Mapping[str, object]) -> Mapping[str, object]:
    """Change the named preferences and leave the others, with a trace only if one changes; all of them, after it."""
    before = await repository.lock_preferences(work.connection, account_id, work.now)
    changed = changed_names(before, change)
    if not changed:
        return before
    after = {**before, **change}
    await repository.write_preferences(work.connection, account_id, after, work.now)
    event = PreferencesChanged(account_id=account_id, changed=changed)
    await work.append(f"profile-{account_id}", "any", event)
    return after
