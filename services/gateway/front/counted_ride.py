"""A request in the gateway's lane as all of them are: charged first, answered once, on record."""

from abc import abstractmethod
from collections.abc import Sequence
from time import perf_counter
from urllib.parse import unquote

from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from services.gateway.front.way import Way
from services.gateway.limits.limiter import Charging
from services.gateway.limits.verdict import Verdict
from shared.errors import ServiceError
from shared.observability.metrics import REFUSED_AT_THE_DOOR
from shared.observability.traffic import traffic
from shared.service.express import Client, ExpressRequest, Ride
from shared.web.problems import problem_bytes, problem_headers


class CountedRide(Ride):
    """Lives as long as its request; waits for what Redis says of it, where that is in doubt."""

    _charging: Charging
    """Where somebody counts."""

    def __init__(self, client: Client, request: ExpressRequest, way: Way) -> None:
        self._began = perf_counter()
        self._client = client
        self._context = request.context
        self._target = request.target
        self._way = way
        self._status = 0
        self._standing = b""

    @override
    def begin(self) -> None:
        traffic.in_flight += 1
        if self._way.charging is None:
            self._go()
        else:
            self._charging = self._way.charging
            verdict = self._charging.begin(self)
            if verdict is not None:
                self._judge(verdict)

    def answered(self, reply: Sequence[int]) -> None:
        """Waiting: Redis has counted it."""
        self._judge(self._charging.judge(reply))

    def unanswered(self, _: Exception) -> None:
        """Waiting: Redis is away."""
        self._judge(self._charging.judge_alone())

    @override
    def on_departure(self) -> None:
        if not self.response_complete:
            self._abandon()
            self._leave()

    @property
    def path(self) -> str:
        """As the client asks for it, still encoded."""
        return self._target.partition(b"?")[0].decode("latin-1")

    @property
    def own_lines(self) -> bytes:
        """What the gateway says in the answer's head, each line with its end."""
        return b"x-request-id: %b\r\n%b%b" % (
            self._context.request_id.encode(),
            self._way.answer_lines,
            self._standing,
        )

    @abstractmethod
    def _go(self) -> None:
        """It may be answered."""

    @abstractmethod
    def _abandon(self) -> None:
        """Nobody waits for the answer any more."""

    def _judge(self, verdict: Verdict) -> None:
        if self.response_complete:
            # The client did not wait for it.
            return
        self._standing = verdict.lines
        try:
            verdict.require()
        except ServiceError as error:
            REFUSED_AT_THE_DOOR.labels(self._way.route.path, error.code, self._way.territory.code).inc()
            self._refuse(error)
        else:
            self._go()

    def _refuse(self, error: ServiceError) -> None:
        body = problem_bytes(error, unquote(self.path), self._context.request_id)
        fields = {**problem_headers(error), "content-length": str(len(body))}
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode("latin-1")
        self._status = error.kind.status
        self._client.write(STATUS_LINE[self._status] + lines + self.own_lines + self._client.last_lines + body)
        self._finish()

    def _finish(self) -> None:
        self._leave()
        if not self._client.is_gone:
            self._client.end()

    def _leave(self) -> None:
        self.response_complete = True
        traffic.in_flight -= 1
        route = self._way.route
        kind = traffic.kind(route.method, route.path, str(self._status or "none"), self._way.territory.code)
        kind.express += 1
        traffic.answered(kind, perf_counter() - self._began, self._context)
