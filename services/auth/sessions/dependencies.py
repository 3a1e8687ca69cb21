"""What a route asks for to issue tokens."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request

from services.auth.delays.dependencies import SubjectNamesDep
from services.auth.sessions.token_desk import TokenDesks
from shared.web.dependencies import AnonymousCallDep

LONGEST_USER_AGENT = 200


async def token_desks(request: Request) -> TokenDesks:
    """The desks that the lifespan made."""
    desks: TokenDesks = request.app.state.token_desks
    return desks


@dataclass(frozen=True, slots=True)
class LoginOrigin:
    """What calls itself what, and from which network (under a pseudonym)."""

    user_agent: str
    network: bytes | None


async def login_origin(
    call: AnonymousCallDep, names: SubjectNamesDep, user_agent: Annotated[str, Header(include_in_schema=False)] = ""
) -> LoginOrigin:
    """Where somebody comes from who is about to be let in; for the list of sessions cut and made printable."""
    agent = "".join(filter(str.isprintable, user_agent))[:LONGEST_USER_AGENT]
    return LoginOrigin(agent, names.of("", call.context.client_address).network)


TokenDesksDep = Annotated[TokenDesks, Depends(token_desks)]
OriginDep = Annotated[LoginOrigin, Depends(login_origin)]
