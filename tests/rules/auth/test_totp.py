"""Codes of an authenticator app."""

from datetime import UTC, datetime

import pytest

from services.auth.delays.rules import LONGEST_DELAY
from services.auth.second_factors.recovery_codes import new_codes
from services.auth.second_factors.rules import FIRST_DELAY, FREE_TRIES, delay_after
from services.auth.second_factors.totp import app_uri, code_at, matching_step, step_at


@pytest.mark.parametrize(
    ("seconds", "code"),
    # RFC 6238 appendix B with SHA-1, cut to six digits.
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    assert code_at(b"12345678901234567890", step_at(moment)) == code


def test_a_code_is_good_for_one_step_either_way_and_only_once() -> None:
    secret, moment = b"12345678901234567890", datetime.fromtimestamp(1_111_111_109, UTC)
    now = step_at(moment)
    for shift, is_good in ((-2, False), (-1, True), (0, True), (1, True), (2, False)):
        found = matching_step(secret, code_at(secret, now + shift), moment, used=0)
        assert (found is not None) == is_good
    assert matching_step(secret, code_at(secret, now), moment, used=now) is None
    assert matching_step(secret, code_at(secret, now - 1), moment, used=now) is None
    assert matching_step(secret, code_at(secret, now + 1), moment, used=now) == now + 1


def test_delays_grow_and_end() -> None:
    assert delay_after(FREE_TRIES - 1).total_seconds() == 0
    assert delay_after(FREE_TRIES) == FIRST_DELAY
    assert delay_after(FREE_TRIES + 1) == 2 * FIRST_DELAY
    assert delay_after(10**6) == LONGEST_DELAY


def test_an_app_reads_issuer_and_name_and_recovery_codes_are_all_different() -> None:
    assert app_uri(b"12345678901234567890", "dk.unityplan.org", "anna") == (
        "otpauth://totp/dk.unityplan.org%3Aanna?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        "&issuer=dk.unityplan.org&algorithm=SHA1&digits=6&period=30"
    )
    codes = [code for _ in range(20) for code in new_codes()]
    assert len(set(codes)) == 200
    assert {len(code) for code in codes} == {11}
