"""Puts the auth service together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI

from services.auth.authorization_page.ticket import Tickets
from services.auth.delays.subjects import SubjectNames
from services.auth.passwords.common_passwords import common_passwords
from services.auth.passwords.hashing import PasswordHashing
from services.auth.routes import ROUTERS
from services.auth.second_factors.factor_seal import FactorSeal
from services.auth.sessions.password_check import PasswordCheck
from services.auth.sessions.pseudonyms import Pseudonyms
from services.auth.sessions.refresh_tokens import TokenDerivation
from services.auth.sessions.token_desk import TokenDesks
from services.auth.settings import AuthSettings
from services.auth.sign_up.queries import TermsReader
from services.auth.signing_keys.key_material import KeySeal
from services.auth.signing_keys.signer import Signer
from services.auth.single_sign_on.desk import SignOnDesk
from services.auth.single_sign_on.discovery import ProviderClient, Reach
from services.auth.single_sign_on.flow import FlowMaking
from services.auth.workers import list_workers
from shared.messaging.subjects import REVOKED
from shared.service.application import create_service
from shared.territory.registry import TerritoryRegistry
from shared.web.resources import Resources

SIGN_ON_PAGE = "/sign-on"
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
        for territory in resources.registry:
            await resources.buses[territory.code].on_hint(REVOKED, partial(signer.forget, territory))
        derivation = TokenDerivation(settings.jwt_secret)
        app.state.factor_seal = FactorSeal(settings.jwt_secret)
        app.state.password_hashing = hashing
        app.state.token_desks = TokenDesks(signer, derivation, settings.access_token_lifetime)
        app.state.terms_reader = TermsReader(settings.terms)
        app.state.sign_on_desk = make_desk(settings, resources.registry)
        app.state.authorization_tickets = Tickets(settings.jwt_secret)
        app.state.subject_names = SubjectNames(settings.jwt_secret)
        app.state.password_check = PasswordCheck(hashing, app.state.subject_names, Pseudonyms(settings.jwt_secret))
        await asyncio.gather(hashing.prepare(), asyncio.to_thread(common_passwords))
        try:
            yield
        finally:
            await asyncio.to_thread(hashing.close)

    return create_service(
        settings, description=DESCRIPTION, routers=ROUTERS, workers=list_workers(settings), setup=setup
    )


def make_desk(settings: AuthSettings, registry: TerritoryRegistry) -> SignOnDesk:
    """A client for each provider in each of its territories."""
    reach = Reach(settings.environment in ("embedded", "development"), settings.oidc_allowed_networks)
    clients = {
        (territory.code, provider.id): ProviderClient(provider, reach, f"{settings.page_of(territory)}{SIGN_ON_PAGE}")
        for territory in registry
        for provider in settings.providers
        if provider.is_for(territory.code)
    }
    return SignOnDesk(FlowMaking(settings.jwt_secret), clients)
