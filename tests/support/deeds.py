"""Calls of routes, each in a state of the pod in which it succeeds."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ops.embedded.places import find_place
from ops.retention.doors import as_superuser
from shared.identifiers import new_id
from tests.support.citizen import Citizen, Json
from tests.support.pod import Pod

PARK = (
    "INSERT INTO parked_events (consumer, position, event_id, reason, attempts)"
    " SELECT $1, s.position, e.id, 'poison', 5 FROM seals s JOIN events e USING (seq) ORDER BY s.position LIMIT $2"
)
FORK = (
    "INSERT INTO witnessed_heads (territory, epoch, tree_size, root_hash, signed_at, key_id, signature, fault)"
    " VALUES ($1, $2, 7, '\\x00', now(), 'key', 'signature', 'other-root')"
)


GATHERING = {
    "title": "Harbour clean-up",
    "starts_at": "2030-05-04T10:00:00+02:00",
    "ends_at": "2030-05-04T13:00:00+02:00",
    "time_zone": "Europe/Copenhagen",
}


@dataclass(frozen=True, slots=True)
class Scene:
    """An admin of a running pod, with a way behind its back."""

    admin: Citizen
    database: Any

    async def parked(self, consumer: str, count: int = 1) -> str:
        """A consumer with parked events, the first at position 1."""
        name = f"{consumer}-{new_id()}"
        await self.database.execute(PARK, name, count)
        return name

    async def person(self) -> str:
        async with Citizen(self.admin.address) as person:
            return (await person.register()).id


@dataclass(frozen=True, slots=True)
class Deed:
    """One call of a route: the path that it is made at, and what is sent."""

    path: str
    body: Json = None


Doing = Callable[[Scene], Awaitable[Deed]]


@asynccontextmanager
async def scene_at(pod: Pod) -> AsyncIterator[Scene]:
    """A pod with an admin of its own."""
    place = find_place(pod.name, pod.data)
    async with Citizen(pod.address()) as admin, as_superuser(place, place.settings.territories[0]) as database:
        await admin.register()
        assert (await pod.command("grant", admin.username, "admin")).code == 0
        yield Scene(admin, database)


async def append(_: Scene) -> Deed:
    proposed = [{"type": "event.decision.recorded", "data": {"title": "Bridge", "outcome": "yes"}}]
    return Deed(f"/events/streams/decision-{new_id()}", {"expected_version": "none", "events": proposed})


async def one_parked(scene: Scene) -> Deed:
    return Deed(f"/events/parked/{await scene.parked('one')}/1")


async def replay_one(scene: Scene) -> Deed:
    return Deed(f"/events/parked/{await scene.parked('one')}/1/replay")


async def all_parked(scene: Scene) -> Deed:
    return Deed(f"/events/parked/{await scene.parked('all', 3)}")


async def replay_all(scene: Scene) -> Deed:
    return Deed(f"/events/parked/{await scene.parked('all', 3)}/replay")


async def accept_fork(scene: Scene) -> Deed:
    await scene.database.execute(FORK, "NO", UUID(str(new_id())))
    return Deed("/events/witness/NO/accept")


def at(path: str) -> Callable[[Scene], Awaitable[Deed]]:
    async def there(_: Scene) -> Deed:
        return Deed(path)

    return there


async def switch_sign_up(_: Scene) -> Deed:
    """To what the other tests of the pod rely on."""
    return Deed("/auth/sign-up", {"mode": "open"})


async def invite(_: Scene) -> Deed:
    return Deed("/auth/invitations", {})


async def an_invitation(scene: Scene) -> str:
    made = await scene.admin.call("POST", "/auth/invitations", {})
    return f"/auth/invitations/{made.json()['id']}"


async def revoke_invitation(scene: Scene) -> Deed:
    return Deed(await an_invitation(scene))


async def invitation_uses(scene: Scene) -> Deed:
    return Deed(f"{await an_invitation(scene)}/uses")


def decide(decision: str) -> Doing:
    async def decide_on_somebody(scene: Scene) -> Deed:
        person = await scene.person()
        await scene.database.execute("UPDATE accounts SET status = 'pending' WHERE id = $1", UUID(person))
        return Deed(f"/auth/applications/{person}/{decision}")

    return decide_on_somebody


async def gatherings_of(scene: Scene) -> str:
    """Where the gatherings of a new community are."""
    community = await scene.admin.create_community(f"Village {new_id()}")
    return f"/communities/{community['id']}/gatherings"
