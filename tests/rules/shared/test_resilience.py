"""Breakers and deadlines, on a clock of their own."""

import asyncio

import pytest

from shared.resilience.circuit_breaker import CircuitBreaker, State
from shared.resilience.deadlines import Pace
from shared.resilience.retries import run_forever


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def broken(clock: Clock) -> CircuitBreaker:
    breaker = CircuitBreaker(failures=3, pause_seconds=1.0, clock=clock)
    for _ in range(3):
        assert breaker.allows()
        breaker.failed()
    return breaker


def test_after_repeated_failure_nobody_waits() -> None:
    breaker = broken(Clock())
    assert breaker.state is State.OPEN
    assert not any(breaker.allows() for _ in range(100))


def test_failures_that_are_not_in_a_row_leave_it_closed() -> None:
    breaker = CircuitBreaker(failures=3, clock=Clock())
    for _ in range(10):
        breaker.failed()
        breaker.failed()
        breaker.succeeded()
    assert breaker.state is State.CLOSED


def test_after_the_pause_one_probe_is_let_through() -> None:
    clock = Clock()
    breaker = broken(clock)
    clock.now += 1.0
    assert [breaker.allows() for _ in range(5)] == [True, False, False, False, False]
    assert breaker.state is State.HALF_OPEN


def test_a_probe_that_succeeds_closes_it() -> None:
    clock = Clock()
    breaker = broken(clock)
    clock.now += 1.0
    assert breaker.allows()
    breaker.succeeded()
    assert all(breaker.allows() for _ in range(5))


def test_a_probe_that_fails_opens_it_for_another_pause() -> None:
    clock = Clock()
    breaker = broken(clock)
    clock.now += 1.0
    assert breaker.allows()
    breaker.failed()
    clock.now += 0.9
    assert not breaker.allows()
    clock.now += 0.1
    assert breaker.allows()


def test_a_probe_that_never_ends_does_not_keep_it_open_for_ever() -> None:
    clock = Clock()
    breaker = broken(clock)
    clock.now += 1.0
    assert breaker.allows()
    clock.now += 1.0
    assert breaker.allows()


@pytest.mark.parametrize(
    ("elapsed", "received", "left"), [(0, 0, 10), (10, 0, 0), (11, 0, 0), (10, 1024, 1), (10, 2048, 2), (13, 2048, 0)]
)
def test_a_body_has_ten_seconds_and_then_a_pace_to_keep(elapsed: float, received: int, left: float) -> None:
    assert Pace(patience_seconds=10, slowest_bytes_per_second=1024).seconds_left(elapsed, received) == left


async def test_a_loop_that_fails_is_begun_again_until_it_is_cancelled() -> None:
    failures: list[Exception] = []
    ran = asyncio.Event()

    async def work() -> None:
        if len(failures) == 2:
            ran.set()
            await asyncio.Event().wait()
        raise RuntimeError

    task = asyncio.create_task(run_forever(work, failures.append))
    async with asyncio.timeout(5):
        await ran.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(failures) == 2
