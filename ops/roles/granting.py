"""One grant in its own unit of work, with the system as actor."""

from services.auth.roles.commands import grant_role
from shared.database.pool import Pool
from shared.events.unit_of_work import unit_of_work
from shared.identifiers import SYSTEM
from shared.observability.request_context import new_context
from shared.settings.service_settings import ServiceSettings
from shared.territory.registry import build_registry
from shared.web.reason import checked_reason


async def grant_in_territory(
    settings: ServiceSettings, code: str, username: str, role: str, reason: str | None = None
) -> bool:
    """Give the role; False when the citizen has it already. Opens and commits its own transaction.

    Raises: ServiceError `unknown-role`, `account-not-found`, `unknown-territory`, `bad-reason`, `database-unavailable`.
    """
    context = new_context(reason=checked_reason(reason) if reason is not None else None)
    registry = build_registry(
        pod=settings.pod_id,
        codes=settings.territories,
        names=settings.territory_name,
        locales=settings.territory_locale,
        domain=settings.territory_domain,
        extra_hosts=(),
    )
    territory = registry.get(code)
    pool = Pool(settings.database_url_for(territory.slug), max_size=1, application_name="unityplan-grant")
    try:
        async with unit_of_work(pool, territory, SYSTEM, person_keys=None, context=context) as work:
            return await grant_role(work, username, role)
    finally:
        await pool.close()
