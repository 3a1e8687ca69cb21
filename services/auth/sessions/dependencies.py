"""What a route asks for to issue tokens."""

from typing import Annotated

from fastapi import Depends, Header, Request

from services.auth.sessions.pseudonyms import Pseudonyms
from services.auth.sessions.token_desk import TokenDesks

LONGEST_USER_AGENT = 200


async def token_desks(request: Request) -> TokenDesks:
    """The desks that the lifespan made."""
    desks: TokenDesks = request.app.state.token_desks
    return desks


async def pseudonyms(request: Request) -> Pseudonyms:
    """The pseudonyms that the lifespan made."""
    made: Pseudonyms = request.app.state.pseudonyms
    return made


async def user_agent(user_agent: Annotated[str, Header(include_in_schema=False)] = "") -> str:
    """What the client calls itself, for the list of sessions; cut, and without what a page could not show."""
    return "".join(filter(str.isprintable, user_agent))[:LONGEST_USER_AGENT]


TokenDesksDep = Annotated[TokenDesks, Depends(token_desks)]
PseudonymsDep = Annotated[Pseudonyms, Depends(pseudonyms)]
UserAgentDep = Annotated[str, Depends(user_agent)]
