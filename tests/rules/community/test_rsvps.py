"""Who gets a place at a gathering."""

from hypothesis import given
from hypothesis import strategies as st

from services.community.rsvps.rules import audience_of, is_answered, settle_rsvp

WANTED = st.sampled_from(["going", "interested", "declined"])


@given(WANTED, st.integers(1, 10), st.integers(0, 20))
def test_one_waits_only_for_a_place_that_is_not_there(wanted: str, capacity: int, going: int) -> None:
    settled = settle_rsvp(wanted, capacity, going)
    assert (settled == "waiting") == (wanted == "going" and going >= capacity)
    assert settled in {wanted, "waiting"}


@given(WANTED, st.integers(0, 10**6))
def test_without_a_capacity_nobody_waits(wanted: str, going: int) -> None:
    assert settle_rsvp(wanted, None, going) == wanted


def test_whoever_waits_has_asked_already() -> None:
    assert is_answered("waiting", "going")
    assert is_answered("going", "going")
    assert not is_answered("waiting", "interested")
    assert not is_answered(None, "declined")


def test_only_whoever_was_on_the_list_leaves_it_before_all() -> None:
    assert audience_of("g", "a", None, "declined") == ["user:a"]
    assert audience_of("g", "a", "declined", "declined") == ["user:a"]
    for before, status in (("going", "declined"), ("waiting", "declined"), (None, "going"), ("declined", "interested")):
        assert audience_of("g", "a", before, status) == ["gathering:g", "user:a"]
