"""Events as they are shown: as hashed, or with personal fields revealed, or in the newest version of their types."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from shared.events.envelope import StoredEvent
from shared.events.upcasting import newest_known
from shared.identity.permissions import Permission
from shared.web.auditing import record_opening
from shared.web.dependencies import Call, may


@dataclass(frozen=True, slots=True)
class Form:
    """How events are to be shown; as hashed unless something is asked for."""

    is_revealed: bool = False
    is_newest: bool = False


async def shown(call: Call, events: Sequence[StoredEvent], form: Form) -> list[bytes]:
    """Each event as JSON."""
    if not form.is_revealed or call.person_keys is None:
        return [orjson.dumps(_in_version(event, event.data, form)) for event in events]
    await record_opening(call, events)
    revealed = await call.person_keys.reveal(call.pool, events)
    return [
        orjson.dumps(_in_version(event, data, form) | {"erased": call.person_keys.erased_fields(event, data)})
        for event, data in zip(events, revealed, strict=True)
    ]


async def viewer_of(call: Call) -> str | None:
    """Whose events the caller may read: None is everybody's."""
    return None if await may(call, Permission.READ_ALL_EVENTS) else str(call.actor)


def _in_version(event: StoredEvent, data: Mapping[str, Any], form: Form) -> dict[str, Any]:
    if not form.is_newest:
        return {**event.to_json(), "data": data}
    version, current = newest_known(event.type, event.schema_version, data)
    return {**event.to_json(), "schema_version": version, "data": current}
