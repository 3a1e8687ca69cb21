"""What a page sends on behalf of a citizen who lets a tool log them in."""

from pydantic import BaseModel, Field

from services.auth.identity_provider.rules import CHALLENGE_PATTERN, Wish
from shared.web.bodies import RequestBody, example

_PRINTABLE = r"^[^\x00-\x1f\x7f]*$"


class AuthorizationBody(RequestBody):
    """The query with which a tool came to the authorization endpoint, as it was."""

    model_config = example(
        {
            "client_id": "01981f3a-0000-7000-8000-000000000000",
            "redirect_uri": "https://grafana.example.org/login/generic_oauth",
            "scope": "openid profile",
            "state": "af0ifjsldkj",
            "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        }
    )

    client_id: str = Field(max_length=100, pattern=_PRINTABLE)
    redirect_uri: str = Field(max_length=500, pattern=_PRINTABLE)
    scope: str = Field(max_length=200, pattern=_PRINTABLE)
    state: str | None = Field(default=None, max_length=500, pattern=_PRINTABLE)
    nonce: str | None = Field(default=None, max_length=200, pattern=_PRINTABLE)
    code_challenge: str = Field(pattern=CHALLENGE_PATTERN)

    def to_wish(self) -> Wish:
        """As the authorization endpoint has it; it takes `code` and S256 alone."""
        return Wish(
            client_id=self.client_id,
            redirect_uri=self.redirect_uri,
            response_type="code",
            scope=self.scope,
            state=self.state,
            nonce=self.nonce,
            code_challenge=self.code_challenge,
            code_challenge_method="S256",
        )


class AuthorizationAnswer(BaseModel):
    """Where the page sends the browser now."""

    redirect_to: str
