"""What a route asks for to know the terms."""

from typing import Annotated

from fastapi import Depends, Request

from services.auth.sign_up.queries import TermsReader
from services.auth.sign_up.rules import Terms, require_passwords
from shared.web.dependencies import AnonymousCallDep


async def terms_reader(request: Request) -> TermsReader:
    """The reader that the lifespan made."""
    reader: TermsReader = request.app.state.terms_reader
    return reader


TermsReaderDep = Annotated[TermsReader, Depends(terms_reader)]


async def terms(call: AnonymousCallDep, reader: TermsReaderDep) -> Terms:
    """The territory's terms now."""
    return await reader.read(call.pool)


TermsDep = Annotated[Terms, Depends(terms)]


async def password_terms(found: TermsDep) -> Terms:
    """The terms, where passwords are taken. Raises: forbidden `passwords-off`."""
    require_passwords(found)
    return found


PasswordTermsDep = Annotated[Terms, Depends(password_terms)]
