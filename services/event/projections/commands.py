"""Having a projection filled anew."""

from uuid import NAMESPACE_URL, uuid5

from shared.events.catalogue.event import ProjectionRebuilt
from shared.events.projection_states import begin_build, live_builds
from shared.events.projections import Projection
from shared.events.unit_of_work import UnitOfWork
from shared.messaging.subjects import PROJECTIONS


async def rebuild(work: UnitOfWork, projection: Projection) -> int:
    """Begin a build beside the one that serves; the build's number, also when it was begun before."""
    number = await begin_build(work, projection)
    if number is None:
        live = await live_builds(work.connection, projection.name)
        # It may have switched just now: then it is the newest there is.
        newest = live.building or live.serving or (0, 0)
        return newest[0]
    event = ProjectionRebuilt(name=projection.name, build=number, version=projection.version)
    stream = f"projection-{uuid5(NAMESPACE_URL, f'urn:unityplan:projection:{projection.name}')}"
    await work.append(stream, "any", event)
    work.hints.add(PROJECTIONS)
    return number
