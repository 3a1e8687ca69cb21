"""Two servers in a row must never count the requests on a connection differently: a corpus against each of ours."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest

from ops.embedded.places import find_place
from shared.identifiers import new_id
from tests.attacks.smuggling import CORPUS, Message
from tests.attacks.wire import Exchange, exchange
from tests.support.eventually import eventually
from tests.support.pod import Pod

SERVICES = ("auth", "community", "user", "event", "search")
AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Target:
    """Where messages are sent, and the logs of the services that may see what is in them."""

    address: int | Path
    prefix: str
    logs: tuple[Path, ...]

    def seen(self) -> dict[str, list[int]]:
        """The numbers of the requests that were seen, by the id of the message that they were in."""
        found: dict[str, list[int]] = defaultdict(list)
        for log in self.logs:
            for line in log.read_bytes().splitlines():
                fields = orjson.loads(line) if line.startswith(b"{") else {}
                message, _, number = str(fields.get("request_id", "")).rpartition("-")
                if fields.get("event") == "request.answered" and number.isdigit():
                    found[message].append(int(number))
        return found


def target_of(pod: Pod, name: str) -> Target:
    logs = pod.data / "logs"
    if name == "gateway":
        return Target(pod.api_port, "/api", (logs / "auth.log", logs / "user.log"))
    if name == "websocket":
        return Target(pod.websocket_port, "", (logs / "websocket.log",))
    place = find_place(pod.name, pod.data)
    return Target(place.run / f"{name}.sock", "", (logs / f"{name}.log",))


def complaint(message: Message, request_id: str, result: Exchange, seen: Sequence[int], first: int = 1) -> str | None:
    """What is wrong with how a message was taken; None when nothing is."""
    answered = [a.headers["x-request-id"] for a in result.answers if request_id in a.headers["x-request-id"]]
    expected = [f"{request_id}-{number}" for number in range(1, message.passed + 1)]
    refusals = [a for a in result.answers if request_id not in a.headers["x-request-id"]]
    if not result.is_closed:
        return f"{message.name}: left open"
    if answered != expected:
        return f"{message.name}: answered {len(answered)} instead of {message.passed}"
    most = list(range(first, message.passed + message.begun + 1))
    if sorted(seen) not in (most, list(range(first, message.passed + 1))):
        return f"{message.name}: seen {seen} instead of {message.passed}"
    if message.passed == 0 and [a.is_refusal for a in refusals] != [True]:
        return f"{message.name}: refused by {[(a.status, a.body) for a in refusals]}"
    return None


def test_the_corpus_is_one() -> None:
    assert len(CORPUS) >= 40
    assert len({message.name for message in CORPUS}) == len({message.sent for message in CORPUS}) == len(CORPUS)


@pytest.mark.parametrize("name", ["gateway", "websocket", *SERVICES])
async def test_requests_are_counted_alike_on_both_sides(dk: Pod, name: str) -> None:
    target = target_of(dk, name)
    ids = [new_id().hex for _ in CORPUS]
    turn = asyncio.Semaphore(AT_ONCE)

    async def send(message: Message, request_id: str) -> Exchange:
        async with turn:
            return await exchange(target.address, message.addressed(target.prefix, request_id))

    results = await asyncio.gather(*(send(message, i) for message, i in zip(CORPUS, ids, strict=True)))
    has_door = name == "gateway"
    firsts = [1 + message.door * has_door for message in CORPUS]
    expected = {i: 1 + m.passed - first for m, i, first in zip(CORPUS, ids, firsts, strict=True)}

    def all_are_logged() -> bool:
        seen = target.seen()
        return all(len(seen[i]) >= passed for i, passed in expected.items())

    await eventually(all_are_logged)
    seen = target.seen()
    complaints = [
        complaint(message, i, result, seen[i], first)
        for message, i, result, first in zip(CORPUS, ids, results, firsts, strict=True)
    ]
    assert [each for each in complaints if each is not None] == []


async def test_a_refused_message_is_answered_to_nobody_else(dk: Pod) -> None:
    """Many good requests beside all the bad ones: each gets its own answer."""
    target = target_of(dk, "gateway")
    bad = [m for m in CORPUS if m.passed == 0]

    async def good() -> tuple[str, list[str]]:
        request_id = new_id().hex
        sent = f"GET /api/users/{request_id} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
        (answer,) = (await exchange(target.address, sent)).answers
        return f"/users/{request_id}", [orjson.loads(answer.body)["instance"]]

    both = [coroutine for m in bad for coroutine in (exchange(target.address, m.addressed("/api", "x")), good())]
    results = await asyncio.gather(*both)
    answers = [each for each in results if isinstance(each, tuple)]
    assert len(answers) == len(bad)
    assert all([path] == instances for path, instances in answers)
