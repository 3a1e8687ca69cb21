"""Puts the auth service together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.auth.passwords.common_passwords import common_passwords
from services.auth.passwords.hashing import PasswordHashing
from services.auth.routes import ROUTERS
from services.auth.sessions.pseudonyms import Pseudonyms
from services.auth.sessions.refresh_tokens import TokenDerivation
from services.auth.sessions.token_desk import TokenDesks
from services.auth.settings import AuthSettings
from services.auth.signing_keys.key_material import KeySeal
from services.auth.signing_keys.signer import Signer
from services.auth.workers import list_workers
from shared.service.application import create_service
from shared.web.resources import Resources

DESCRIPTION = "Accounts, login, sessions, roles and the keys that sign access tokens."


def create_app(settings: AuthSettings) -> FastAPI:
    """The auth service's app; touches no server before its lifespan."""

    @asynccontextmanager
    async def setup(app: FastAPI, resources: Resources) -> AsyncIterator[None]:
        hashing = PasswordHashing(
            memory_kib=settings.argon2_memory_kib,
            time_cost=settings.argon2_time_cost,
            parallelism=settings.argon2_parallelism,
            workers=settings.argon2_workers,
        )
        signer = Signer(resources.router, KeySeal(settings.jwt_secret))
        derivation = TokenDerivation(settings.jwt_secret)
        app.state.password_hashing = hashing
        app.state.token_desks = TokenDesks(signer, derivation, settings.access_token_lifetime)
        app.state.pseudonyms = Pseudonyms(settings.jwt_secret)
        await asyncio.gather(hashing.prepare(), asyncio.to_thread(common_passwords))
        try:
            yield
        finally:
            await asyncio.to_thread(hashing.close)

    return create_service(
        settings, description=DESCRIPTION, routers=ROUTERS, workers=list_workers(settings), setup=setup
    )
