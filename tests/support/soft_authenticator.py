"""An authenticator without hardware: it makes passkeys and answers challenges (W3C WebAuthn §6)."""

import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestedCredentialData, AuthenticatorData

ORIGIN = "http://localhost:3000"
AAGUID = bytes(16)
PRESENT_AND_VERIFIED = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


@dataclass(slots=True)
class SoftAuthenticator:
    """Holds one passkey; each field may be bent to lie."""

    origin: str = ORIGIN
    relying_party: str | None = None
    flags: AuthenticatorData.FLAG = PRESENT_AND_VERIFIED
    count: int = 0
    credential_id: bytes = field(default_factory=lambda: os.urandom(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def create(self, options: dict[str, Any]) -> str:
        """What `navigator.credentials.create` gives, as JSON."""
        public: Any = ES256.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call] # the library's
        made = AttestedCredentialData.create(AAGUID, self.credential_id, public)
        flags = self.flags | AuthenticatorData.FLAG.AT
        data = AuthenticatorData.create(self._hash(options["rp"]["id"]), flags, self.count, made)
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": bytes(data)})
        response = {"attestationObject": websafe_encode(attestation), "transports": ["internal"]}
        return self._credential("webauthn.create", options["challenge"], response)

    def get(self, options: dict[str, Any], kind: str = "webauthn.get") -> str:
        """What `navigator.credentials.get` gives, as JSON."""
        self.count += 1
        data = bytes(AuthenticatorData.create(self._hash(options["rpId"]), self.flags, self.count))
        client_data = self._client_data(kind, options["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        response = {"authenticatorData": websafe_encode(data), "signature": websafe_encode(signature)}
        return self._credential(kind, options["challenge"], response)

    def _hash(self, relying_party: str) -> bytes:
        return hashlib.sha256((self.relying_party or relying_party).encode()).digest()

    def _client_data(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _credential(self, kind: str, challenge: str, response: dict[str, Any]) -> str:
        name = websafe_encode(self.credential_id)
        client_data = websafe_encode(self._client_data(kind, challenge))
        return json.dumps(
            {
                "id": name,
                "rawId": name,
                "type": "public-key",
                "authenticatorAttachment": "platform",
                "clientExtensionResults": {},
                "response": {"clientDataJSON": client_data, **response},
            }
        )
