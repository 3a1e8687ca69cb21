"""What a refresh token buys, by its age and by what became of its successor."""

from datetime import UTC, datetime, timedelta

import pytest

from services.auth.sessions.refresh_tokens import TokenDerivation, first_token
from services.auth.sessions.rules import (
    ABSOLUTE_LIFETIME,
    REFRESH_GRACE,
    SLIDING_LIFETIME,
    PresentedToken,
    Refusal,
    judge_unclaimed,
    session_expiry,
)
from shared.identity.opaque_tokens import token_hash
from shared.settings.secrets import Secret

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LATER = NOW + SLIDING_LIFETIME


def presented(
    used_at: datetime | None = NOW - SECOND,
    successor_used_at: datetime | None = None,
    expires_at: datetime = LATER,
    ended_at: datetime | None = None,
) -> PresentedToken:
    return PresentedToken(used_at, successor_used_at, expires_at, ended_at)


@pytest.mark.parametrize(
    ("token", "verdict"),
    [
        (presented(), None),
        (presented(used_at=NOW), None),
        (presented(used_at=NOW + SECOND), None),
        (presented(used_at=NOW - REFRESH_GRACE), None),
        (presented(used_at=NOW - REFRESH_GRACE - SECOND), Refusal.REUSED),
        (presented(used_at=NOW, successor_used_at=NOW), Refusal.REUSED),
        (presented(ended_at=NOW), Refusal.ENDED),
        (presented(successor_used_at=NOW, ended_at=NOW), Refusal.ENDED),
        (presented(expires_at=NOW), Refusal.EXPIRED),
        (presented(used_at=None, expires_at=NOW), Refusal.EXPIRED),
    ],
)
def test_a_token_that_was_used_before_is_judged(token: PresentedToken, verdict: Refusal | None) -> None:
    assert judge_unclaimed(token, NOW) is verdict


def test_a_session_slides_until_its_absolute_end() -> None:
    absolute = NOW + ABSOLUTE_LIFETIME
    assert session_expiry(NOW, absolute) == NOW + SLIDING_LIFETIME
    assert session_expiry(absolute - SECOND, absolute) == absolute


def test_a_successor_is_always_the_same_and_unknowable_without_the_secret() -> None:
    ours, theirs = (
        TokenDerivation(Secret("kq7Zx!0fV2mPr9TyLc4Ws8Hn1Bd6Jg3E")),
        TokenDerivation(Secret("Zx!0fV2mPr9TyLc4Ws8Hn1Bd6Jg3Ekq7")),
    )
    token = first_token()
    assert ours.successor_of(token) == ours.successor_of(token)
    assert ours.successor_of(token) != theirs.successor_of(token)
    assert ours.access_token_id(token) not in ours.successor_of(token)
    assert ours.successor_of(ours.successor_of(token)) != ours.successor_of(token)


def test_tokens_do_not_repeat() -> None:
    tokens = {first_token() for _ in range(100)}
    assert len({token_hash(token) for token in tokens}) == 100
