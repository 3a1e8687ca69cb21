"""What a route asks for to hash and check passwords."""

from typing import Annotated

from fastapi import Depends, Request

from services.auth.passwords.hashing import PasswordHashing


async def password_hashing(request: Request) -> PasswordHashing:
    """The hashing threads that the lifespan made."""
    hashing: PasswordHashing = request.app.state.password_hashing
    return hashing


PasswordHashingDep = Annotated[PasswordHashing, Depends(password_hashing)]
