"""The verbs, on every territory of a pod; each answers with the lines that are shown."""

from datetime import timedelta
from uuid import UUID

from ops.embedded.places import Place
from ops.retention.archiving import archive
from ops.retention.doors import as_owner, as_services
from ops.retention.wiping import wipe_log, wipe_search_index, wipe_territory
from shared.clock import format_time, utc_now
from shared.errors import Kind, ServiceError
from shared.events.catalogue.event import OperationDone
from shared.events.erasure import erase_person
from shared.events.key_wrapping import KeyWrapping
from shared.events.rewrapping import rewrap_keys
from shared.events.unit_of_work import unit_of_work
from shared.identifiers import SYSTEM, new_id
from shared.observability.request_context import new_context
from shared.settings.secrets import Secret
from shared.territory.territory import Territory

ARCHIVE, ERASE, PURGE, REWRAP = "archive", "erase", "purge", "rewrap-keys"
_MEGABYTE = 1_000_000


async def archive_all(place: Place, days: float, *, is_compacted: bool) -> list[str]:
    """Archive what is older than so many days, and give what becomes free back to the disk where that is wished.

    Raises:
        DamagedRecord.
    """
    lines, before = [], utc_now() - timedelta(days=days)
    for territory in place.settings.territories:
        async with as_owner(place, territory) as connection:
            done = await archive(connection, before, is_compacted=is_compacted)
        was, now = sum(done.sizes_before) / _MEGABYTE, sum(done.sizes_after) / _MEGABYTE
        lines.append(f"{territory.code} {done.events} events in {done.blocks} blocks; {was:.1f} MB -> {now:.1f} MB")
        await put_on_record(place, territory, ARCHIVE, lines[-1])
    return lines


async def erase_one(place: Place, code: str, person: str, reason: str | None) -> list[str]:
    """Erase a person, with the system as actor.

    Raises:
        ServiceError: `person-not-found`, and those of the database.
    """
    territory = next(each for each in place.settings.territories if each.code == code)
    async with (
        as_services(place, territory) as pool,
        unit_of_work(pool, territory, SYSTEM, person_keys=None, context=new_context(reason=reason)) as work,
    ):
        erasure = await erase_person(work, _identity(person), reason)
    return [f"{territory.code} {erasure.person} erased at {format_time(erasure.erased_at)}, event {erasure.event_id}"]


async def purge_all(place: Place) -> list[str]:
    """Get what was erased off the disk.

    Raises:
        NotForgottenYet.
    """
    for territory in place.settings.territories:
        await wipe_territory(place, territory)
    wipe_search_index(place)
    await wipe_log(place)
    lines = []
    for territory in place.settings.territories:
        lines.append(f"{territory.code} purged")
        await put_on_record(place, territory, PURGE, lines[-1])
    return lines


async def rewrap_all(place: Place) -> list[str]:
    """Wrap every key under the current secret.

    Raises:
        ServiceError: `person-key-unavailable`: a key is wrapped under neither secret; the others are done.
    """
    lines, unreadable = [], 0
    for territory in place.settings.territories:
        async with as_services(place, territory) as pool:
            done = await rewrap_keys(pool, wrapping_of(place, territory))
        lines.append(f"{territory.code} {done.rewrapped} wrapped anew, {done.current} under the current secret")
        await put_on_record(place, territory, REWRAP, lines[-1])
        unreadable += done.unreadable
    if unreadable:
        detail = f"{unreadable} keys are wrapped under neither secret, all others under the current one."
        raise ServiceError(Kind.CONFLICT, "person-key-unavailable", detail)
    return lines


def wrapping_of(place: Place, territory: Territory) -> KeyWrapping:
    """With the pod's two secrets."""
    secrets = [Secret(place.secrets.read(name)) for name in ("person_key_secret", "person_key_secret_previous")]
    return KeyWrapping(territory.code, secrets, None)


async def put_on_record(place: Place, territory: Territory, operation: str, outcome: str) -> None:
    """An operator did something to the store itself."""
    async with (
        as_services(place, territory) as pool,
        unit_of_work(pool, territory, SYSTEM, person_keys=None, context=new_context()) as work,
    ):
        event = OperationDone(operation=operation, outcome=outcome)
        await work.append(f"{event.category}-{new_id()}", "none", event)


def _identity(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ServiceError(Kind.INVALID, "invalid-id", f"{text} is no person's id.") from None
