"""The secrets of one login at a provider: all of them follow from one that the page keeps, so that none is stored.

State (RFC 6749 §10.12), nonce (OpenID Connect Core §15.5.2) and code verifier (RFC 7636 §4.1) are HMACs of the flow's
secret under keys of their own, hence bound to the browser that began it.
"""

import hashlib
import hmac
from dataclasses import dataclass

from services.auth.signing_keys.key_material import derived_key
from shared.identity.opaque_tokens import base64url, random_token, token_hash
from shared.settings.secrets import Secret

PREFIX = "upf_"
LONGEST_FLOW = 100


@dataclass(frozen=True, slots=True)
class Flow:
    """One login at a provider; `secret` is the page's to keep and to bring back."""

    secret: str
    state: str
    nonce: str
    code_verifier: str

    @property
    def code_challenge(self) -> str:
        """S256 of the verifier (RFC 7636 §4.2)."""
        return base64url(hashlib.sha256(self.code_verifier.encode()).digest())

    @property
    def hashed(self) -> bytes:
        """What is stored of the flow."""
        return token_hash(self.secret)


class FlowMaking:
    """Makes flows, and finds again what belongs to one."""

    def __init__(self, secret: Secret) -> None:
        self._keys = {
            name: derived_key(secret, f"unityplan/single-sign-on/{name}/v1") for name in ("state", "nonce", "verifier")
        }

    def begin(self) -> Flow:
        """A fresh one of 256 random bits."""
        return self.resume(PREFIX + random_token())

    def resume(self, secret: str) -> Flow:
        """The one with this secret."""
        return Flow(
            secret, self._derived("state", secret), self._derived("nonce", secret), self._derived("verifier", secret)
        )

    def _derived(self, name: str, secret: str) -> str:
        return base64url(hmac.digest(self._keys[name], secret.encode("utf-8", "surrogatepass"), "sha256"))
