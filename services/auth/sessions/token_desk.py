"""The desk where a session's facts become the two tokens of an answer."""

from dataclasses import dataclass
from datetime import timedelta

import orjson

from services.auth.sessions.commands import Issued
from services.auth.sessions.refresh_tokens import TokenDerivation
from services.auth.signing_keys.signer import Signer, TerritoryKeys
from shared.identity.tokens import AUDIENCE, issuer_of
from shared.territory.territory import Territory


@dataclass(frozen=True, slots=True)
class TokenDesk:
    """The desk of one territory, with its keys at hand: everything here is pure."""

    territory: Territory
    keys: TerritoryKeys
    derivation: TokenDerivation
    lifetime: timedelta

    @property
    def kid(self) -> str:
        """The key that signs what is issued now."""
        return self.keys.current_kid

    def successor_of(self, token: str) -> str:
        """The refresh token that is given for `token`."""
        return self.derivation.successor_of(token)

    def answer(self, issued: Issued) -> bytes:
        """The JSON answer to register, login and refresh; equal facts give equal bytes."""
        expires_in = int(self.lifetime.total_seconds())
        return orjson.dumps(
            {
                "user": orjson.Fragment(issued.user),
                "access_token": self._access_token(issued, expires_in),
                "refresh_token": issued.refresh_token,
                "token_type": "Bearer",
                "expires_in": expires_in,
            }
        )

    def _access_token(self, issued: Issued, expires_in: int) -> str:
        issued_at = int(issued.issued_at.timestamp())
        claims = {
            "sub": str(issued.account_id),
            "sid": str(issued.session_id),
            "territory": self.territory.code,
            "roles": list(issued.roles),
            "aal": "aal1",
            "iss": issuer_of(self.territory),
            "aud": AUDIENCE,
            "jti": self.derivation.access_token_id(issued.refresh_token),
            "iat": issued_at,
            "nbf": issued_at,
            "exp": issued_at + expires_in,
        }
        return self.keys.sign(claims, issued.kid)


@dataclass(frozen=True, slots=True)
class TokenDesks:
    """The desks of all territories."""

    signer: Signer
    derivation: TokenDerivation
    lifetime: timedelta

    async def open(self, territory: Territory) -> TokenDesk:
        """Raises: unavailable `signing-key-missing`."""
        return TokenDesk(territory, await self.signer.keys_of(territory), self.derivation, self.lifetime)
