"""A hot route of a service in the express lane: it waits for one future, and answers with what came of it."""

import re
from abc import abstractmethod
from asyncio import Future
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any, ClassVar

from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from shared.errors import ServiceError
from shared.observability.logging import get_logger
from shared.observability.request_context import current_request
from shared.observability.traffic import traffic
from shared.service.express import Client, ExpressLane, ExpressRequest, Ride
from shared.web.execution import Rendered
from shared.web.problems import internal_error, problem_bytes, problem_headers

log = get_logger()

# What a plain path has not.
_is_coded = re.compile(rb"[%?#]").search


@dataclass(slots=True)  # not frozen: one is made for every request, and that would take twice as long
class Taken:
    """A request under way: the territory it is counted for, what it waits for, and how the result is answered."""

    territory: str
    result: "Future[Any]"
    render: Callable[[Any], Rendered]


class ExpressRoute(ExpressLane):
    """The ordinary route at the same path does everything, and the same."""

    method: ClassVar[bytes]
    prefix: ClassVar[bytes]
    template: ClassVar[str]

    @override
    def claims(self, method: bytes, target: bytes) -> bool:
        return method == self.method and target.startswith(self.prefix) and not _is_coded(target)

    @override
    def take(self, request: ExpressRequest, client: Client) -> Ride | None:
        began = perf_counter()
        taken = self.begin(request, request.target[len(self.prefix) :].decode("ascii"))
        return None if taken is None else FutureRide(self, request, client, taken, began)

    @abstractmethod
    def begin(self, request: ExpressRequest, rest: str) -> Taken | None:
        """Begin what was asked for; `rest` is the path after the prefix. None leaves it to the ordinary way."""


class FutureRide(Ride):
    """Answers in one piece when its future is done, whether or not the client is still there."""

    def __init__(
        self, route: ExpressRoute, request: ExpressRequest, client: Client, taken: Taken, began: float
    ) -> None:
        self._route = route
        self._path = request.target.decode("ascii")
        self._context = request.context
        self._client = client
        self._taken = taken
        self._began = began

    def arrive(self, result: "Future[Any]") -> None:
        """Answer with what came of it."""
        traffic.in_flight -= 1
        answer = self._answer_of(result)
        self._send(answer)
        route = self._route
        kind = traffic.kind(route.method.decode(), route.template, str(answer.status), self._taken.territory)
        kind.express += 1
        traffic.answered(kind, perf_counter() - self._began, self._context)

    @override
    def begin(self) -> None:
        traffic.in_flight += 1
        self._taken.result.add_done_callback(self.arrive)

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
            return self._taken.render(result.result())
        except ServiceError as error:
            return self._refusal(error)
        except Exception:  # as at the edge: logged whole, answered with a fixed text
            token = current_request.set(self._context)
            log.exception("request.failed")
            current_request.reset(token)
            return self._refusal(internal_error())

    def _refusal(self, error: ServiceError) -> Rendered:
        body = problem_bytes(error, self._path, self._context.request_id)
        return Rendered(error.kind.status, body, problem_headers(error))

    def _send(self, rendered: Rendered) -> None:
        if self._client.is_gone:
            return
        answer = rendered.to_answer()
        fields = "".join([f"{name}: {value}\r\n" for name, value in answer.headers.items()])
        own = f"content-length: {len(answer.body)}\r\nx-request-id: {self._context.request_id}\r\n"
        lines = f"{fields}{own}".encode("latin-1")
        self._client.write(STATUS_LINE[answer.status] + lines + self._client.last_lines + answer.body)
        self._client.end()
