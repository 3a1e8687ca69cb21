"""What a route asks for to try codes."""

from typing import Annotated

from fastapi import Depends, Request

from services.auth.second_factors.factor_seal import FactorSeal


async def factor_seal(request: Request) -> FactorSeal:
    """The seal that the lifespan made."""
    seal: FactorSeal = request.app.state.factor_seal
    return seal


FactorSealDep = Annotated[FactorSeal, Depends(factor_seal)]
