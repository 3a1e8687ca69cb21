"""The key set as outsiders see it."""

from pydantic import BaseModel


class KeyAnswer(BaseModel):
    """The public half of an Ed25519 key (RFC 8037 §2)."""

    kty: str
    crv: str
    x: str
    kid: str
    alg: str
    use: str


class KeySetAnswer(BaseModel):
    keys: list[KeyAnswer]
