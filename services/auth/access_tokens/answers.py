"""How a new token is shown, once."""

from services.auth.access_tokens.commands import MadeToken
from services.auth.sessions.token_answer import HOLDS_TOKENS
from shared.web.execution import Rendered


def made_answer(made: MadeToken, location: str) -> Rendered:
    """201 with the token itself."""
    body = {"id": str(made.id), "token": made.token, "created_at": made.created_at, "expires_at": made.expires_at}
    return Rendered(201, body, {**HOLDS_TOKENS, "location": f"{location}/{made.id}"})
