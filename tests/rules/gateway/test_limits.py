"""How often someone may call: quotas of classes, the algorithm while Redis is away, and what a client is told."""

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.limits.classes import EXPORT, LIMIT_CLASSES, LOGIN, READ, WRITE
from services.gateway.limits.gcra import MICROSECONDS, REMEMBERED, LocalLimiter, Quota
from services.gateway.limits.limiter import subject_of
from services.gateway.limits.quotas import Allowance, quotas_by_class
from services.gateway.limits.verdict import Panel

EIGHT_A_SECOND = Quota.of(8, 5)
NOW = 100 * MICROSECONDS
STANDARD = Allowance(1000, 5000, {}, 10)


def wait_of(limiter: LocalLimiter, *subjects: str, at: int = NOW, quota: Quota = EIGHT_A_SECOND) -> int:
    """Microseconds; 0 for a request that passes."""
    return limiter.charge(subjects, [quota] * len(subjects), at)[0]


class TestAQuota:
    def test_a_burst_passes_and_no_more(self) -> None:
        limiter = LocalLimiter()
        assert [wait_of(limiter, "anna") == 0 for _ in range(7)] == [True] * 5 + [False] * 2

    def test_a_refusal_says_when_to_come_back_and_then_is_true(self) -> None:
        limiter = LocalLimiter()
        for _ in range(5):
            wait_of(limiter, "anna")
        wait = wait_of(limiter, "anna")
        assert 0 < wait <= EIGHT_A_SECOND.interval
        assert wait_of(limiter, "anna", at=NOW + wait - 1) > 0
        assert wait_of(limiter, "anna", at=NOW + wait) == 0

    def test_a_refusal_names_the_longest_wait(self) -> None:
        limiter, slow = LocalLimiter(), Quota.of(0.1, 1)
        for _ in range(5):
            wait_of(limiter, "anna")
        wait_of(limiter, "bo", quota=slow)
        assert limiter.charge(["anna", "bo"], [EIGHT_A_SECOND, slow], NOW)[0] == 10 * MICROSECONDS

    def test_nobody_is_charged_for_a_refusal(self) -> None:
        limiter = LocalLimiter()
        for _ in range(5):
            wait_of(limiter, "anna")
        assert wait_of(limiter, "bo", "anna") > 0
        assert [wait_of(limiter, "bo") == 0 for _ in range(6)] == [True] * 5 + [False]

    def test_one_does_not_pay_for_another(self) -> None:
        limiter = LocalLimiter()
        for _ in range(6):
            wait_of(limiter, "anna")
        assert wait_of(limiter, "bo") == 0

    def test_a_flood_of_names_does_not_fill_the_memory(self) -> None:
        limiter = LocalLimiter()
        for number in range(REMEMBERED + 10):
            wait_of(limiter, str(number))
        assert len(limiter._arrivals) == REMEMBERED  # noqa: SLF001 (memory has no other door)

    @given(st.lists(st.integers(min_value=0, max_value=500_000), max_size=200), st.integers(min_value=1, max_value=20))
    def test_no_span_of_time_holds_more_than_its_rate_and_the_burst(self, pauses: list[int], burst: int) -> None:
        quota = Quota.of(8, burst)
        limiter = LocalLimiter()
        now, passed = NOW, list[int]()
        for pause in pauses:
            now += pause
            if wait_of(limiter, "anna", at=now, quota=quota) == 0:
                passed.append(now)
        for first, start in enumerate(passed):
            for last in range(first, len(passed)):
                assert last - first + 1 <= (passed[last] - start) / quota.interval + burst

    @given(st.integers(min_value=1, max_value=50))
    def test_whoever_keeps_to_the_rate_is_never_refused(self, burst: int) -> None:
        quota, limiter = Quota.of(8, burst), LocalLimiter()
        assert not any(wait_of(limiter, "anna", at=NOW + number * 125_000, quota=quota) for number in range(200))

    def test_gateways_that_do_not_know_of_one_another_give_no_more_than_one_together(self) -> None:
        alone = EIGHT_A_SECOND.shared_by(2)
        assert (alone.burst, alone.interval) == (2, 2 * EIGHT_A_SECOND.interval)
        assert Quota.of(8, 1).shared_by(3).burst == 1


class TestAClassOfRoutes:
    def test_reading_is_what_the_settings_say_and_the_others_are_shares_of_it(self) -> None:
        quotas = quotas_by_class(STANDARD)
        assert quotas[READ].address == quotas[READ].account == Quota.of(1000, 5000)
        assert quotas[WRITE].address == Quota.of(200, 1000)
        assert quotas[LOGIN].address == Quota.of(10, 500)
        assert quotas[EXPORT].address == Quota.of(10, 100)
        assert quotas[LOGIN].territory == Quota.of(100, 5000)

    def test_nobody_is_locked_out_by_a_share_of_little(self) -> None:
        quotas = quotas_by_class(Allowance(5, 10, {}, 10))
        assert {of_class.address.burst for of_class in quotas.values()} == {10}
        assert quotas[LOGIN].address == Quota.of(1, 10)

    def test_an_operator_sets_one_class_and_leaves_the_others(self) -> None:
        quotas = quotas_by_class(Allowance(1000, 5000, {"login": (0.5, 3)}, 10))
        assert quotas[LOGIN].address == Quota.of(0.5, 3)
        assert {limit: quotas[limit] for limit in LIMIT_CLASSES if limit != LOGIN} == {
            limit: of_class for limit, of_class in quotas_by_class(STANDARD).items() if limit != LOGIN
        }


class TestWhatAClientIsTold:
    def test_every_quota_that_counts_and_the_one_that_is_closest_to_its_end(self) -> None:
        panel = Panel(READ, {"address": Quota.of(8, 16), "territory": Quota.of(80, 160)})
        verdict = panel.judge([0, 500_000, 125_000])
        assert verdict.policy == b'"read-address";q=16;w=2, "read-territory";q=160;w=2'
        assert dict(verdict.headers)[b"ratelimit"] == b'"read-address";r=12;t=1'
        assert verdict.lines == (
            b"ratelimit-policy: " + verdict.policy + b"\r\nratelimit: " + dict(verdict.headers)[b"ratelimit"] + b"\r\n"
        )
        verdict.require()

    def test_it_is_clear_while_more_than_half_is_left_and_not_too_few(self) -> None:
        large, small = (Panel(READ, {"address": Quota.of(8, burst)}) for burst in (2000, 501))
        assert [large.judge([0, ahead * 125_000]).is_clear for ahead in (999, 1000)] == [True, False]
        assert [small.judge([0, ahead * 125_000]).is_clear for ahead in (0, 1)] == [True, False]
        assert not large.judge([1, 0]).is_clear

    def test_of_a_refusal_the_quota_that_refuses(self) -> None:
        panel = Panel(READ, {"address": Quota.of(8, 1000), "account": Quota.of(8, 2)})
        verdict = panel.judge([100_000, 4_000_000, 225_000])
        assert (dict(verdict.headers)[b"ratelimit"], verdict.wait_seconds) == (b'"read-account";r=0;t=1', 0.1)


class TestAnAddress:
    def test_a_network_that_is_given_as_one_is_counted_as_one(self) -> None:
        assert subject_of("2001:db8:1:2::1") == subject_of("2001:db8:1:2:ffff::9") != subject_of("2001:db8:1:3::1")
        assert subject_of("fe80::1%eth0") == subject_of("fe80::2")

    def test_it_is_the_same_over_both_protocols(self) -> None:
        assert subject_of("::ffff:192.0.2.1") == subject_of("192.0.2.1") == "192.0.2.1"

    def test_what_is_none_is_counted_as_it_is(self) -> None:
        assert subject_of("a.socket") == "a.socket"
