"""Names, seals and states of signing keys."""

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.auth.signing_keys.key_material import KeySeal, thumbprint
from services.auth.signing_keys.rules import KeyState, key_stream, missing_states
from shared.settings.secrets import Secret

SEAL = KeySeal(Secret("kq7Zx!0fV2mPr9TyLc4Ws8Hn1Bd6Jg3E"))


def test_a_thumbprint_is_the_one_of_the_standard() -> None:
    # RFC 8037 appendix A.2 and A.3
    public_key = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    assert thumbprint(public_key) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_a_sealed_key_opens_in_its_territory_only() -> None:
    pair = SEAL.new_key_pair("DE")
    opened = SEAL.open("DE", pair.kid, pair.sealed_private_key)
    assert opened.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw) == pair.public_key
    Ed25519PublicKey.from_public_bytes(pair.public_key).verify(opened.sign(b"x"), b"x")
    for territory, kid in (("FR", pair.kid), ("DE", "another")):
        with pytest.raises(InvalidTag):
            SEAL.open(territory, kid, pair.sealed_private_key)
    with pytest.raises(InvalidTag):
        KeySeal(Secret("Zx!0fV2mPr9TyLc4Ws8Hn1Bd6Jg3Ekq7")).open("DE", pair.kid, pair.sealed_private_key)


@pytest.mark.parametrize(
    ("present", "missing"),
    [
        (set(), (KeyState.CURRENT, KeyState.STANDBY)),
        ({"current"}, (KeyState.STANDBY,)),
        ({"previous", "standby"}, (KeyState.CURRENT,)),
        ({"current", "standby", "revoked"}, ()),
    ],
)
def test_a_territory_has_a_key_to_sign_with_and_one_to_change_to(
    present: set[str], missing: tuple[KeyState, ...]
) -> None:
    assert missing_states(present) == missing


def test_a_key_has_an_event_stream_of_its_own() -> None:
    first, second = (SEAL.new_key_pair("DK").kid for _ in range(2))
    assert key_stream(first) == key_stream(first) != key_stream(second)
