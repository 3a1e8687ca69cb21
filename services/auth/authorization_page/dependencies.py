"""What the endpoint's routes ask for."""

from typing import Annotated

from fastapi import Depends

from services.auth.authorization_page.desk import Desk
from services.auth.sign_up.dependencies import TermsReaderDep
from shared.web.dependencies import AnonymousCallDep


async def desk(call: AnonymousCallDep, terms: TermsReaderDep) -> Desk:
    """The desk of one call."""
    state = call.request.app.state
    elsewhere: str | None = state.settings.authorize_page
    page = elsewhere.replace("{host}", call.territory.host) if elsewhere is not None else None
    return Desk(call, state.authorization_tickets, terms, page)


DeskDep = Annotated[Desk, Depends(desk)]
