"""The identity of a request: continued where it is well formed, begun anew where it is not."""

import pytest

from shared.observability.request_context import new_context

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize("given", ["a", "A-1", "x" * 64, "01a20824-6fad-7629-8f37-27864d042a3d"])
def test_a_well_formed_request_id_is_kept(given: str) -> None:
    assert new_context(given).request_id == given


@pytest.mark.parametrize("given", [None, "", "x" * 65, "a b", "a\nb", "a_b", "ä", "<script>", "a\x00", "${jndi}"])
def test_any_other_is_replaced(given: str | None) -> None:
    made = new_context(given).request_id
    assert made != given
    assert len(made) == 36


def test_a_trace_goes_on_with_a_span_of_ones_own() -> None:
    version, trace, span, flags = new_context(None, f"00-{TRACE}-00f067aa0ba902b7-01").traceparent.split("-")
    assert (version, trace, flags) == ("00", TRACE, "01")
    assert span != "00f067aa0ba902b7"


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        f"00-{TRACE}-00f067aa0ba902b7",
        f"00-{'0' * 32}-00f067aa0ba902b7-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-00f067aa0ba902b7-01",
        f"00-{TRACE}-00f067aa0ba902b7-01-extra",
        f"00-{TRACE}-00f067aa0ba902b7-01\n",
    ],
)
def test_a_malformed_trace_begins_a_new_one(given: str | None) -> None:
    version, trace, span, _ = new_context(None, given).traceparent.split("-")
    assert (version, len(trace), len(span)) == ("00", 32, 16)
    assert trace not in (TRACE, "0" * 32)
