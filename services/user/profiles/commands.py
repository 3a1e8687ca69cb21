"""Making a profile and changing it."""

from uuid import UUID

from services.user.profiles import repository
from services.user.profiles.queries import ReadProfile, read_profile
from services.user.profiles.rules import Change, changed_face, require_version
from shared.errors import not_found
from shared.events.catalogue.user import ProfileCreated, ProfileUpdated
from shared.events.unit_of_work import UnitOfWork


async def ensure_profile(work: UnitOfWork, account_id: UUID) -> None:
    """Make the account's profile if there is none; nothing without an account. However many race, one is made."""
    made = await repository.make_profile(work.connection, account_id)
    if made is None:
        return
    event = ProfileCreated(account_id=account_id, username=made.username, display_name=made.display_name)
    await work.append(f"profile-{account_id}", "any", event)


async def change_profile(work: UnitOfWork, account_id: UUID, change: Change, expected_version: int) -> ReadProfile:
    """Change one's own profile, if it is still the version that was read; the profile after it.

    Raises: not_found `profile-not-found`, precondition_failed `stale`.
    """
    profile = await repository.lock_profile(work.connection, account_id)
    if profile is None:
        raise not_found("profile")
    require_version(profile.version, expected_version)
    face = changed_face(profile.face, change)
    await repository.write_face(work.connection, account_id, face, work.now)
    event = ProfileUpdated(
        account_id=account_id, username=profile.username, display_name=face.display_name, bio=face.bio
    )
    await work.append(f"profile-{account_id}", "any", event)
    changed = await read_profile(work.connection, account_id)
    if changed is None:
        raise not_found("profile")
    return changed
