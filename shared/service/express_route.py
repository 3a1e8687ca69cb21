"""A hot route of a service in the express lane: it waits for one future, and answers with what came of it."""

import re
from abc import abstractmethod
from asyncio import Future
from time import perf_counter
from typing import Any, ClassVar

from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from shared.errors import ServiceError
from shared.observability.logging import get_logger
from shared.observability.request_context import current_request
from shared.observability.traffic import Kind as TrafficKind
from shared.observability.traffic import traffic
from shared.service.express import Client, ExpressLane, ExpressRequest, Ride
from shared.web.execution import Rendered
from shared.web.problems import internal_error, problem_bytes, problem_headers

log = get_logger()

# What a plain path has not.
_is_coded = re.compile(rb"[%?#]").search


class ExpressRoute(ExpressLane):
    """The ordinary route at the same path does everything, and the same."""

    method: ClassVar[bytes]
    prefix: ClassVar[bytes]
    template: ClassVar[str]

    def __init__(self) -> None:
        self._kinds: dict[tuple[int, str], TrafficKind] = {}

    @override
    def claims(self, method: bytes, target: bytes) -> bool:
        return method == self.method and target.startswith(self.prefix) and not _is_coded(target)

    @override
    def take(self, request: ExpressRequest, client: Client) -> Ride | None:
        began = perf_counter()
        ride = self.begin(request, request.target[len(self.prefix) :].decode("ascii"), client)
        if ride is not None:
            ride.began = began
        return ride

    @abstractmethod
    def begin(self, request: ExpressRequest, rest: str, client: Client) -> "FutureRide | None":
        """Begin what was asked for; `rest` is the path after the prefix. None leaves it to the ordinary way."""

    def kind(self, status: int, territory: str) -> TrafficKind:
        """Where such answers of this route are counted."""
        kind = self._kinds.get((status, territory))
        if kind is None:
            kind = traffic.kind(self.method.decode(), self.template, str(status), territory)
            self._kinds[status, territory] = kind
        return kind


class FutureRide(Ride):
    """Answers in one piece when its future is done, whether or not the client is still there."""

    began = 0.0

    def __init__(
        self, route: ExpressRoute, request: ExpressRequest, client: Client, territory: str, result: "Future[Any]"
    ) -> None:
        self._route = route
        self._request = request
        self._client = client
        self._territory = territory
        self._result = result

    @abstractmethod
    def render(self, result: Any) -> Rendered:  # noqa: ANN401 (whatever the future is of)
        """The answer."""

    def arrive(self, result: "Future[Any]") -> None:
        """Answer with what came of it."""
        traffic.in_flight -= 1
        answer = self._answer_of(result)
        self._send(answer)
        kind = self._route.kind(answer.status, self._territory)
        kind.express += 1
        traffic.answered(kind, perf_counter() - self.began, self._request.context)

    @override
    def begin(self) -> None:
        traffic.in_flight += 1
        self._result.add_done_callback(self.arrive)

    @override
    def on_departure(self) -> None:
        pass

    @override
    def on_full(self) -> None:
        pass

    @override
    def on_room(self) -> None:
        pass

    def _answer_of(self, result: "Future[Any]") -> Rendered:
        try:
            return self.render(result.result())
        except ServiceError as error:
            return self._refusal(error)
        except Exception:  # as at the edge: logged whole, answered with a fixed text
            token = current_request.set(self._request.context)
            log.exception("request.failed")
            current_request.reset(token)
            return self._refusal(internal_error())

    def _refusal(self, error: ServiceError) -> Rendered:
        request = self._request
        body = problem_bytes(error, request.target.decode("ascii"), request.context.request_id)
        return Rendered(error.kind.status, body, problem_headers(error))

    def _send(self, rendered: Rendered) -> None:
        if self._client.is_gone:
            return
        answer = rendered.to_answer()
        fields = [f"{name}: {value}\r\n" for name, value in answer.headers.items()]
        own = f"content-length: {len(answer.body)}\r\nx-request-id: {self._request.context.request_id}\r\n"
        lines = "".join([*fields, own]).encode("latin-1")
        self._client.write(b"".join((STATUS_LINE[answer.status], lines, self._client.last_lines, answer.body)))
        self._client.end()
