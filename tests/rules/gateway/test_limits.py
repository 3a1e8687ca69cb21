"""How often someone may call, while Redis is away."""

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.limits.gcra import REMEMBERED, LocalLimiter, Quota

EIGHT_A_SECOND = Quota(0.125, 5)


class TestAQuota:
    def test_a_burst_passes_and_no_more(self) -> None:
        limiter = LocalLimiter(EIGHT_A_SECOND)
        assert [limiter.charge(["anna"], 100.0) == 0 for _ in range(7)] == [True] * 5 + [False] * 2

    def test_a_refusal_says_when_to_come_back_and_then_is_true(self) -> None:
        limiter = LocalLimiter(EIGHT_A_SECOND)
        for _ in range(5):
            limiter.charge(["anna"], 100.0)
        wait = limiter.charge(["anna"], 100.0)
        assert 0 < wait <= EIGHT_A_SECOND.interval_seconds
        assert limiter.charge(["anna"], 100.0 + wait) == 0

    def test_nobody_is_charged_for_a_refusal(self) -> None:
        limiter = LocalLimiter(EIGHT_A_SECOND)
        for _ in range(5):
            limiter.charge(["anna"], 100.0)
        assert limiter.charge(["bo", "anna"], 100.0) > 0
        assert [limiter.charge(["bo"], 100.0) == 0 for _ in range(6)] == [True] * 5 + [False]

    def test_one_does_not_pay_for_another(self) -> None:
        limiter = LocalLimiter(EIGHT_A_SECOND)
        for _ in range(6):
            limiter.charge(["anna"], 100.0)
        assert limiter.charge(["bo"], 100.0) == 0

    def test_a_flood_of_names_does_not_fill_the_memory(self) -> None:
        limiter = LocalLimiter(EIGHT_A_SECOND)
        for number in range(REMEMBERED + 10):
            limiter.charge([str(number)], 100.0)
        assert len(limiter._arrivals) == REMEMBERED  # noqa: SLF001 (memory has no other door)

    @given(st.lists(st.floats(min_value=0, max_value=0.5), max_size=200), st.integers(min_value=1, max_value=20))
    def test_no_span_of_time_holds_more_than_its_rate_and_the_burst(self, pauses: list[float], burst: int) -> None:
        quota = Quota(0.125, burst)
        limiter = LocalLimiter(quota)
        now, passed = 1000.0, list[float]()
        for pause in pauses:
            now += pause
            if limiter.charge(["anna"], now) == 0:
                passed.append(now)
        for first, start in enumerate(passed):
            for last in range(first, len(passed)):
                most = (passed[last] - start) / quota.interval_seconds + burst
                assert last - first + 1 <= most + 1e-6

    @given(st.integers(min_value=1, max_value=50))
    def test_whoever_keeps_to_the_rate_is_never_refused(self, burst: int) -> None:
        quota = Quota(0.125, burst)
        limiter = LocalLimiter(quota)
        assert all(limiter.charge(["anna"], 1000.0 + number * 0.125) == 0 for number in range(200))
