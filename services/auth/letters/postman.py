"""Carries letters: one after the other, as soon as they are asked for, and again while the mail server is away."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from prometheus_client import Counter

from services.auth.letters import repository
from services.auth.letters.commands import WrittenLetter, write_letter
from services.auth.letters.mailbox import folded_email
from services.auth.letters.mailer import Mailer, NotSentError, compose
from services.auth.letters.repository import QueuedLetter
from services.auth.letters.rules import GIVEN_UP_AFTER, KEPT_AFTER_SENDING, pause_after
from shared.clock import utc_now
from shared.events.unit_of_work import unit_of_work
from shared.identifiers import SYSTEM
from shared.messaging.subjects import LETTERS
from shared.observability.logging import get_logger
from shared.observability.metrics import registry
from shared.observability.request_context import new_context
from shared.territory.territory import Territory
from shared.web.resources import Resources

log = get_logger()

# A net: hints are lossy, and what was postponed comes due without one.
LOOK_SECONDS = 15.0
# Longer than a letter may take; then another process may try.
LEASE = timedelta(minutes=1)

LETTERS_CARRIED = Counter(
    "letters_total", "Letters by what became of them.", ("outcome", "territory"), registry=registry
)


class Outcome(StrEnum):
    """What became of a letter."""

    SENT = "sent"
    FOR_NOBODY = "for-nobody"
    POSTPONED = "postponed"
    GIVEN_UP = "given-up"


@dataclass(frozen=True, slots=True)
class Postman:
    """Of one territory."""

    resources: Resources
    territory: Territory
    mailer: Mailer | None
    page: str
    sender: str

    async def carry(self) -> None:
        """Send what is due, for ever."""
        pool = self.resources.router.pool(self.territory.code)
        async with self.resources.buses[self.territory.code].woken_by(LETTERS) as woken:
            while True:
                woken.clear()
                while await self.carry_one():
                    pass
                now = utc_now()
                await repository.forget_old(pool, now - KEPT_AFTER_SENDING, now - KEPT_AFTER_SENDING)
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS):
                        await woken.wait()

    async def carry_one(self) -> bool:
        """Whether there was a letter to send."""
        pool = self.resources.router.pool(self.territory.code)
        letter = await repository.lease_letter(pool, utc_now(), LEASE)
        if letter is None:
            return False
        outcome = await self._carry(letter)
        LETTERS_CARRIED.labels(outcome, self.territory.code).inc()
        return True

    async def _carry(self, letter: QueuedLetter) -> Outcome:
        pool = self.resources.router.pool(self.territory.code)
        written = await self._written(letter)
        if written is None or self.mailer is None:
            await repository.drop(pool, letter.id)
            return Outcome.FOR_NOBODY
        try:
            await self.mailer.send(compose(written, self.territory, self.sender))
        except NotSentError as error:
            return await self._not_sent(letter, error)
        await repository.note_sent(pool, letter.id, written.account_id, folded_email(written.address), utc_now())
        return Outcome.SENT

    async def _written(self, letter: QueuedLetter) -> WrittenLetter | None:
        """Its token holds from here on: a letter that comes must not be refused for having come too early."""
        code = self.territory.code
        opened = unit_of_work(
            self.resources.router.pool(code),
            self.territory,
            SYSTEM,
            person_keys=self.resources.person_keys.get(code),
            context=new_context(),
        )
        async with opened as work:
            written = await write_letter(work, letter, self.page)
        for hint in work.hints:
            await self.resources.buses[code].publish_hint(hint)
        return written

    async def _not_sent(self, letter: QueuedLetter, error: NotSentError) -> Outcome:
        pool, now = self.resources.router.pool(self.territory.code), utc_now()
        if error.is_final or now - letter.created_at > GIVEN_UP_AFTER:
            await repository.drop(pool, letter.id)
            log.warning("letter.given_up", kind=letter.kind, reason=str(error), territory=self.territory.code)
            return Outcome.GIVEN_UP
        await repository.postpone(pool, letter.id, now + pause_after(letter.tries))
        log.warning("letter.postponed", kind=letter.kind, reason=str(error), territory=self.territory.code)
        return Outcome.POSTPONED
