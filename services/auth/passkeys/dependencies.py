"""What a route asks for to hold a ceremony."""

from typing import Annotated

from fastapi import Depends

from services.auth.passkeys.ceremonies import Ceremonies
from shared.web.dependencies import AnonymousCall, AnonymousCallDep

LOCAL = frozenset(("embedded", "development"))


async def ceremonies(call: AnonymousCallDep) -> Ceremonies:
    """Those of the call's territory."""
    return ceremonies_of(call)


def ceremonies_of(call: AnonymousCall) -> Ceremonies:
    settings = call.resources.settings
    origins = (f"https://{call.territory.host}", *settings.allowed_origins)
    return Ceremonies(call.territory, settings.environment in LOCAL, origins)


CeremoniesDep = Annotated[Ceremonies, Depends(ceremonies)]
