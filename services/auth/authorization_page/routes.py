"""The authorization endpoint of OpenID Connect, with a page of its own; mistakes are shown to who is at the browser."""

from collections.abc import Coroutine

from fastapi import APIRouter, Request, Response

from services.auth.authorization_page.dependencies import DeskDep
from services.auth.authorization_page.desk import HTML
from services.auth.authorization_page.page import page_policy, refusal_page
from services.auth.sessions.door import DoorDep
from shared.errors import ServiceError
from shared.web.bodies import StrictRoute
from shared.web.forms import fields_of, form_fields
from shared.web.problems import problem_headers

router = APIRouter(tags=["identity provider"], route_class=StrictRoute, include_in_schema=False)


@router.get("/oidc/authorize")
async def begin_authorization(request: Request, desk: DeskDep) -> Response:
    """Show who asks for what and let the citizen log in; or send the browser back, with what is wrong."""
    return await _shown(request, _begin(request, desk, is_form=False))


@router.post("/oidc/authorize")
async def begin_authorization_by_form(request: Request, desk: DeskDep) -> Response:
    """The same for a tool that sends a form (OpenID Connect Core §3.1.2.1)."""
    return await _shown(request, _begin(request, desk, is_form=True))


@router.post("/oidc/sign-in")
async def finish_authorization(request: Request, desk: DeskDep, door: DoorDep) -> Response:
    """What the page's form is sent to."""

    async def finish() -> Response:
        return await desk.finish(await form_fields(request), door)

    return await _shown(request, finish())


async def _begin(request: Request, desk: DeskDep, *, is_form: bool) -> Response:
    fields = await form_fields(request) if is_form else fields_of(request.scope["query_string"])
    return await desk.begin(fields)


async def _shown(request: Request, answering: Coroutine[None, None, Response]) -> Response:
    """A refusal as a page, for who reads pages; it leads nowhere."""
    try:
        return await answering
    except ServiceError as error:
        if "text/html" not in request.headers.get("accept", ""):
            raise
        headers = {**problem_headers(error), **HTML, **page_policy()}
        return Response(refusal_page(error.detail), error.kind.status, headers)
