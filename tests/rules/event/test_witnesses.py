"""Consistency proofs checked, neighbours read from settings, and heads judged, without any I/O."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.event.proofs.merkle_tree import Frontier, consistency_ranges
from services.event.settings import EventSettings
from services.event.witnesses.consistency import extends
from services.event.witnesses.peers import Peer, parse_peers
from services.event.witnesses.rules import Fault, Sight, contradiction
from shared.identifiers import new_id
from shared.settings.service_settings import load_settings

LEAVES = [bytes([number]) * 32 for number in range(200)]
KEY = base64.b64encode(b"k" * 32).decode()
NO = f"NO=https://no.example.org/api#{KEY}"
ENVIRONMENT = {
    "POD_ID": "dk",
    "TERRITORY_ID": "DK",
    "TERRITORY_NAME": "Denmark",
    "TERRITORY_LOCALE": "da-DK",
    "DATABASE_URL": "postgresql://territory_{territory}@db/unityplan_{territory}",
    "SEALER_DATABASE_URL": "postgresql://sealer_{territory}@db/unityplan_{territory}",
    "REDIS_URL": "redis://redis:6379",
    "NATS_URL": "nats://nats:4222",
    "LISTEN": "0.0.0.0:8080",
    "TREE_HEAD_SECRET": "hV3nq8Zt0wJrX5yLb2mKs9cPd7fGa4eU",
    "PERSON_KEY_SECRET": "Qm4cT9xWv7RbN2sLk6jHf3ZpY8dGa5eX",
}


def root(start: int, end: int) -> bytes:
    tree = Frontier()
    tree.extend(LEAVES[start:end])
    return tree.root


def path(old: int, new: int) -> list[bytes]:
    return [root(*bounds) for bounds in consistency_ranges(old, new)] if 0 < old < new else []


SIZES = st.tuples(st.integers(0, 200), st.integers(0, 200)).map(sorted)


@given(SIZES)
def test_a_true_path_is_believed(sizes: list[int]) -> None:
    old, new = sizes
    assert extends((old, root(0, old)), (new, root(0, new)), path(old, new))


@given(SIZES.filter(lambda sizes: 0 < sizes[0] < sizes[1]), st.data())
def test_any_other_path_or_root_is_not(sizes: list[int], data: st.DataObject) -> None:
    old, new = sizes
    true = path(old, new)
    place = data.draw(st.integers(0, len(true) - 1))
    other = b"\xff" * 32
    for false in (
        true[:-1],
        [*true, other],
        true[:place] + true[place + 1 :],
        [*true[:place], other, *true[place + 1 :]],
    ):
        assert not extends((old, root(0, old)), (new, root(0, new)), false)
    assert not extends((old, other), (new, root(0, new)), true)
    assert not extends((old, root(0, old)), (new, other), true)


@given(st.integers(0, 60), st.integers(0, 60), st.lists(st.binary(min_size=32, max_size=32), max_size=10))
def test_no_invented_path_is_believed(old: int, more: int, invented: list[bytes]) -> None:
    if old and more:
        assert not extends((old, root(0, old)), (old + more, b"\xee" * 32), invented)


def test_a_head_is_judged_beside_the_one_before() -> None:
    epoch = new_id()
    known = Sight(epoch, 5, b"a")
    assert contradiction(known, known) is None
    assert contradiction(known, Sight(epoch, 6, b"b")) is None
    assert contradiction(known, Sight(epoch, 5, b"b")) is Fault.OTHER_ROOT
    assert contradiction(known, Sight(epoch, 4, b"b")) is Fault.SMALLER_TREE
    assert contradiction(known, Sight(new_id(), 9, b"b")) is Fault.OTHER_EPOCH


def test_neighbours_are_read() -> None:
    no = f"NO=https://no.example.org/api/#{KEY}"
    assert parse_peers(f"{no} , HAIDA-FN-CA=http://127.0.0.1:8081/api#{KEY},") == (
        Peer("NO", "https://no.example.org/api", b"k" * 32),
        Peer("HAIDA-FN-CA", "http://127.0.0.1:8081/api", b"k" * 32),
    )


MALFORMED = [
    "NO",
    "NO=",
    "NO=https://no.example.org/api",
    f"=https://no.example.org/api#{KEY}",
    f"no=https://no.example.org/api#{KEY}",
    f"NO=ftp://no.example.org/api#{KEY}",
    f"NO=no.example.org/api#{KEY}",
    f"NO=https:///api#{KEY}",
    f"NO=https://user:password@no.example.org/api#{KEY}",
    f"NO=https://no.example.org/api?a=b#{KEY}",
    f"NO=https://no.example.org:port/api#{KEY}",
    f"NO=https://no.example.org:99999/api#{KEY}",
    f"NO=https://no.exa mple.org/api#{KEY}",
    "NO=https://no.example.org/api#",
    "NO=https://no.example.org/api#AAAA",
    "NO=https://no.example.org/api#not base64",
    f"NO=https://no.example.org/api#{KEY}#{KEY}",
    f"{NO},{NO}",
    f"{NO};SE=https://se.example.org/api#{KEY}",
]


def complaint(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], **variables: str) -> str:
    for name, value in {**ENVIRONMENT, **variables}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as end:
        load_settings(EventSettings)
    assert end.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize("value", MALFORMED)
def test_malformed_neighbours_are_one_line_and_exit_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], value: str
) -> None:
    line = complaint(monkeypatch, capsys, WITNESS_PEERS=value, ENVIRONMENT="embedded")
    assert line.startswith("EventSettings: WITNESS_PEERS: ")
    assert line.count("\n") == 1


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_plain_http_is_for_one_machine(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], environment: str
) -> None:
    value = f"NO=http://127.0.0.1:8081/api#{KEY}"
    assert "https" in complaint(monkeypatch, capsys, WITNESS_PEERS=value, ENVIRONMENT=environment)


@pytest.mark.parametrize("value", ["0", "-1", "often", "1e9"])
def test_an_interval_is_a_number_of_seconds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], value: str
) -> None:
    assert "WITNESS_INTERVAL" in complaint(monkeypatch, capsys, WITNESS_INTERVAL=value)
