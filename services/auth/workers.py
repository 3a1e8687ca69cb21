"""The background side of auth: keys are kept, letters carried, what is over is swept, erased persons are let go."""

from collections.abc import Sequence
from functools import partial

from services.auth.access_tokens.retention import sweep_tokens
from services.auth.accounts.retention import sweep_accounts
from services.auth.delays.retention import sweep_delays
from services.auth.erasure.consumers import erasure_consumer
from services.auth.letters.folder_mailer import FolderMailer
from services.auth.letters.mailer import Mailer
from services.auth.letters.postman import Postman
from services.auth.letters.relay import parse_relay
from services.auth.letters.smtp_mailer import SmtpMailer
from services.auth.roles.retention import sweep_grants
from services.auth.sessions.retention import sweep_sessions
from services.auth.settings import AuthSettings
from services.auth.signing_keys.key_material import KeySeal
from services.auth.signing_keys.provisioning import keep_keys_provided
from shared.events.consumer import Source, run_consumer
from shared.service.application import Worker
from shared.web.resources import Resources

SWEEPERS = (sweep_sessions, sweep_delays, sweep_grants, sweep_tokens, sweep_accounts)


def list_workers(settings: AuthSettings) -> Sequence[Worker]:
    """Loops for each territory, so that a database that is down delays no other territory."""
    seal, mailer = KeySeal(settings.jwt_secret), choose_mailer(settings)
    loops = (
        partial(keep_keys_provided, seal=seal),
        partial(carry_letters, settings=settings, mailer=mailer),
        partial(close_erased, mailer=mailer),
        *SWEEPERS,
    )
    return [partial(loop, code=code) for code in settings.territories for loop in loops]


def choose_mailer(settings: AuthSettings) -> Mailer | None:
    """How letters leave; None when nobody has said."""
    if settings.smtp_url is not None:
        return SmtpMailer(parse_relay(settings.smtp_url))
    return None if settings.mail_folder is None else FolderMailer(settings.mail_folder)


async def carry_letters(resources: Resources, *, code: str, settings: AuthSettings, mailer: Mailer | None) -> None:
    """Send the territory's letters."""
    territory = resources.registry.get(code)
    sender = settings.mail_from or f"no-reply@{territory.host}"
    await Postman(resources, territory, mailer, settings.page_of(territory), sender).carry()


async def close_erased(resources: Resources, *, code: str, mailer: Mailer | None) -> None:
    """Close the accounts of erased persons."""
    source = Source(resources.router.pool(code), resources.buses[code], resources.person_keys[code])
    await run_consumer(erasure_consumer(mailer), source)
