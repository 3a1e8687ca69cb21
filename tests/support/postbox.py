"""A real mail server that keeps what it is handed, and may be made to refuse."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.eventually import eventually

ACCEPTED = "250 OK"


@dataclass(slots=True)
class Postbox:
    """Every letter that was accepted, in order; `answer` is what the server says to the next ones."""

    port: int = 0
    answer: str = ACCEPTED
    letters: list[EmailMessage] = field(default_factory=list)
    refused: int = 0

    @property
    def url(self) -> str:
        return f"smtp+plain://127.0.0.1:{self.port}"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        if self.answer != ACCEPTED:
            self.refused += 1
            return self.answer
        content = envelope.content
        assert isinstance(content, bytes)
        self.letters.append(message_from_bytes(content, policy=default))
        return ACCEPTED

    def to(self, address: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if letter["To"] == address]

    async def letter_to(self, address: str, about: str = "") -> EmailMessage:
        """The last letter to an address whose subject has these words, once it is there."""

        def found() -> EmailMessage | None:
            letters = [letter for letter in self.to(address) if about in letter["Subject"]]
            return letters[-1] if letters else None

        letter = await eventually(found)
        assert letter is not None
        return letter

    async def token_to(self, address: str, about: str = "") -> str:
        """The token in the last letter to an address."""
        return token_in(await self.letter_to(address, about))


def token_in(letter: EmailMessage) -> str:
    found = re.search(r"#token=(upm_[\w-]+)", letter.get_content())
    assert found, letter.get_content()
    return found[1]


@asynccontextmanager
async def postbox() -> AsyncIterator[Postbox]:
    """A mail server on a port of loopback."""
    box = Postbox()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(box, hostname="localhost"), "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        server.close()
        await server.wait_closed()
