"""Reading the territory's terms."""

from dataclasses import dataclass

from sqlalchemy import select

from services.auth.sign_up.rules import Mode, Terms
from services.auth.sign_up.tables import sign_up_terms
from shared.database.connection import Connection
from shared.database.pool import Pool
from shared.database.statements import compiled

_TERMS = compiled(select(sign_up_terms.c.mode, sign_up_terms.c.takes_passwords))


@dataclass(frozen=True, slots=True)
class TermsReader:
    """Reads terms; `defaults` are the settings', and whether addresses must be verified is theirs alone."""

    defaults: Terms

    async def read(self, source: Pool | Connection) -> Terms:
        """As they are now."""
        row = await source.fetch_row(_TERMS)
        if row is None:
            return self.defaults
        return Terms(Mode(row["mode"]), row["takes_passwords"], self.defaults.requires_verification)
