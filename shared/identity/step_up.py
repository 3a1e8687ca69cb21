"""Dangerous calls want a second factor of whoever has one, shown lately: `aal2` in the token (RFC 9470)."""

from sqlalchemy import Uuid, bindparam, select

from shared.database.pool import Pool
from shared.database.statements import compiled
from shared.errors import Kind, ServiceError
from shared.identity.principal import AAL2, Principal
from shared.identity.token_scopes import only_in_person
from shared.identity.verifier import TerritoryVerifier
from shared.identity.views import published_second_factors

_HAS_ONE = compiled(
    select(published_second_factors.c.account_id)
    .where(published_second_factors.c.account_id == bindparam("account", type_=Uuid))
    .limit(1)
)
# Nothing that cannot be undone on the word of a token of which nobody knows any more whether it was revoked.
OLDEST_NEWS_SECONDS = 30.0
CHALLENGE = 'Bearer realm="unityplan", error="insufficient_user_authentication", acr_values="aal2"'


async def require_second_factor(pool: Pool, verifier: TerritoryVerifier, principal: Principal) -> None:
    """Go on when a second factor was shown lately, or when the account has none.

    Raises:
        ServiceError: unauthenticated `step-up-required`; forbidden `person-required`, to who acts in another's name;
            unavailable `revocations-unknown`, `database-unavailable`.
    """
    if principal.impersonator is not None:
        raise only_in_person()
    if verifier.seconds_since_news() > OLDEST_NEWS_SECONDS:
        detail = "It cannot be told whether your session was ended meanwhile; try again in some seconds."
        raise ServiceError(Kind.UNAVAILABLE, "revocations-unknown", detail, retry_after_seconds=5)
    if principal.aal != AAL2 and await pool.fetch_row(_HAS_ONE, account=principal.account_id) is not None:
        detail = "Show your second factor first: POST /api/auth/step-up."
        raise ServiceError(Kind.UNAUTHENTICATED, "step-up-required", detail, headers={"www-authenticate": CHALLENGE})
