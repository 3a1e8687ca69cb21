"""A service with one route of each kind, for what all services share; also runnable as a process of its own."""

import asyncio
from typing import Annotated, Any, ClassVar
from uuid import UUID

from fastapi import APIRouter, FastAPI, Path, Query, Response

from shared.errors import Kind, ServiceError
from shared.events.catalogue.event import DecisionRecorded
from shared.events.unit_of_work import Appended, UnitOfWork
from shared.identifiers import new_id
from shared.service.application import create_service
from shared.service.server import serve
from shared.settings.service_settings import ServiceSettings, load_settings
from shared.web.bodies import RequestBody, StrictRoute
from shared.web.caching import etag_of, require_if_match, respond
from shared.web.dependencies import AnonymousCallDep, CallDep
from shared.web.execution import Rendered, execute
from shared.web.paging import PageDep, page_response
from shared.web.problems import problems
from shared.web.resources import Resources

router = APIRouter(route_class=StrictRoute)
NOTE_VERSION = 7


class SampleSettings(ServiceSettings):
    """Nothing of its own."""

    service: ClassVar[str] = "sample"


class NoteBody(RequestBody):
    """A body with a text, a number and anything else."""

    text: str
    number: int = 0
    owner: UUID | None = None
    anything: Any = None


class DecisionBody(RequestBody):
    """What is decided; a stream makes writers race for its versions."""

    title: str
    stream: str | None = None
    fails: bool = False


@router.post("/notes", responses=problems(400, 413, 415, 422))
async def write_note(body: NoteBody) -> Response:
    """Say back what was understood."""
    return Response(body.model_dump_json(), 201, media_type="application/json")


@router.get("/notes")
async def read_notes(call: AnonymousCallDep, page: PageDep) -> Response:
    """A page of three."""
    return page_response(call.request, [b"1", b"2", b"3"], "next" if page.cursor is None else None, position=5)


@router.patch("/notes/{name}")
async def change_note(call: AnonymousCallDep, name: Annotated[str, Path()], body: NoteBody) -> Response:
    """An edit that names the version it was made from."""
    require_if_match(call.request, etag_of(NOTE_VERSION))
    return respond(call.request, body.model_dump_json().encode(), etag=etag_of(NOTE_VERSION + len(name)))


@router.get("/notes/{name}")
async def read_note(call: AnonymousCallDep, name: Annotated[str, Path()]) -> Response:
    """One that never changes."""
    return respond(call.request, b'{"name":true}', etag=etag_of(NOTE_VERSION), position=len(name))


@router.get("/slow")
async def wait(seconds: Annotated[float, Query(ge=0, le=20)]) -> Response:
    """Answer after so long."""
    await asyncio.sleep(seconds)
    return Response(b"done")


@router.get("/crash")
async def crash() -> Response:
    """Fail as nobody expects."""
    message = "the password is hunter2"
    raise RuntimeError(message)


@router.get("/unavailable")
async def unavailable() -> Response:
    """Be away for a while."""
    raise ServiceError(Kind.UNAVAILABLE, "sample-away", "Come back later.", retry_after_seconds=7)


@router.post("/decisions")
async def decide(call: AnonymousCallDep, body: DecisionBody) -> Response:
    """Append an event."""
    return await execute(call, record_decision, body.stream or f"decision-{new_id()}", body.title, render=_rendered)


@router.post("/my/decisions")
async def decide_myself(call: CallDep, body: DecisionBody) -> Response:
    """Append an event as somebody."""
    stream = body.stream or f"decision-{new_id()}"
    command = fail_after_recording if body.fails else record_decision
    return await execute(call, command, stream, body.title, render=_rendered)


async def record_decision(work: UnitOfWork, stream: str, title: str) -> Appended:
    """One event at the end of the stream."""
    return await work.append(stream, "any", DecisionRecorded(title=title, outcome="adopted"))


async def fail_after_recording(work: UnitOfWork, stream: str, title: str) -> Appended:
    """Refuse when the event has been written already."""
    await record_decision(work, stream, title)
    raise ServiceError(Kind.CONFLICT, "too-late", "The decision was taken back.")


def _rendered(appended: Appended) -> Rendered:
    return Rendered(201, {"id": appended.id, "version": appended.version}, {"location": f"/api/{appended.stream}"})


async def flaky_worker(resources: Resources) -> None:
    """A background loop that fails at once, as often as it is begun."""
    message = f"no work in {len(resources.registry)} territories"
    raise RuntimeError(message)


def create_app(settings: SampleSettings) -> FastAPI:
    """The sample as the services are made."""
    return create_service(settings, description="A sample.", routers=[router], workers=[flaky_worker])


if __name__ == "__main__":
    found = load_settings(SampleSettings)
    serve(create_app(found), found)
