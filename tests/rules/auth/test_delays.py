"""How long failed logins make one wait, and what is counted together."""

from datetime import UTC, datetime, timedelta

import pytest

from services.auth.delays.rules import LONGEST_DELAY, OF_ACCOUNT, OF_NETWORK, Standing, turns_to_take, waiting_time
from services.auth.delays.subjects import SubjectNames
from shared.settings.secrets import Secret

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
NAMES = SubjectNames(Secret("kq7Zx!0fV2mPr9TyLc4Ws8Hn1Bd6Jg3E"))


def standing(failures: int, ago: timedelta = SECOND, wait: timedelta = timedelta()) -> Standing:
    return Standing(failures, NOW - ago, NOW + wait)


def test_the_first_failures_cost_nothing_then_each_costs_twice_as_much_but_never_more_than_the_longest_delay() -> None:
    delays = [OF_ACCOUNT.delay(failures) for failures in range(40)]
    assert delays[:5] == [timedelta()] * 5
    assert delays[5:8] == [SECOND, 2 * SECOND, 4 * SECOND]
    assert delays[15:] == [LONGEST_DELAY] * 25
    assert OF_NETWORK.delay(99) == timedelta()


def test_who_tries_waits_for_the_longest_of_the_delays() -> None:
    assert waiting_time({}, NOW) <= timedelta()
    both = {b"account": standing(9, wait=3 * SECOND), b"network": standing(120, wait=9 * SECOND)}
    assert waiting_time(both, NOW) == 9 * SECOND


@pytest.mark.parametrize(
    ("found", "has_turn"),
    [(standing(4), False), (standing(5), True), (standing(80), True), (standing(80, ago=timedelta(days=2)), False)],
)
def test_after_a_delay_there_is_one_turn_until_the_next(found: Standing, has_turn: bool) -> None:  # noqa: FBT001
    turns = turns_to_take({b"x": found}, {b"x": OF_ACCOUNT}, NOW)
    assert [turn.blocked_until for turn in turns] == ([NOW + OF_ACCOUNT.delay(found.failures)] if has_turn else [])


def test_a_name_is_one_subject_in_any_case_and_an_ipv6_household_is_one_network() -> None:
    assert NAMES.of("Anna", "192.0.2.1") == NAMES.of("anna", "192.0.2.1")
    assert NAMES.of("anna", "2001:db8:1:2::1").network == NAMES.of("bo", "2001:db8:1:2:ffff::9").network
    assert NAMES.of("anna", "2001:db8:1:2::1").network != NAMES.of("anna", "2001:db8:1:3::1").network
    assert NAMES.of("anna", "192.0.2.1").place != NAMES.of("anna", "192.0.2.2").place
    assert NAMES.of("anna", None).network is NAMES.of("anna", "127.0.0.1").network is None
    assert SubjectNames(Secret("Zx!0fV2mPr9TyLc4Ws8Hn1Bd6Jg3Ekq7")).of("anna", None) != NAMES.of("anna", None)
