"""A WebSocket that is refused before it is accepted: the handshake is answered with a problem document."""

from starlette.types import Message, Scope, Send

from shared.errors import ServiceError
from shared.observability.request_context import RequestContext
from shared.web.problems import from_status, problem_bytes, problem_headers

# ASGI's extension by which a server lets a handshake be answered as any other request.
EXTENSION = "websocket.http.response"


class Denial:
    """Stands between the server and the app until the socket is accepted."""

    def __init__(self, scope: Scope, send: Send, context: RequestContext) -> None:
        self._scope = scope
        self._send = send
        self._context = context
        self._is_over = False

    async def send(self, message: Message) -> None:
        """ASGI send; a socket that is closed unaccepted is one that no route takes."""
        if message["type"] == "websocket.close" and not self._is_over:
            await self.refuse(from_status(404))
            return
        self._is_over = True
        await self._send(message)

    async def refuse(self, error: ServiceError) -> None:
        """Answer the handshake; a socket that was accepted is left to whoever closes it.

        Raises:
            ServiceError: the same, when the handshake is over.
        """
        if self._is_over:
            raise error
        self._is_over = True
        if EXTENSION not in self._scope.get("extensions", {}):
            await self._send({"type": "websocket.close", "code": 1008})
            return
        body = problem_bytes(error, self._scope["path"], self._context.request_id)
        fields = {
            **problem_headers(error),
            "content-length": str(len(body)),
            "x-request-id": self._context.request_id,
        }
        headers = [(name.encode(), value.encode()) for name, value in fields.items()]
        await self._send({"type": f"{EXTENSION}.start", "status": error.kind.status, "headers": headers})
        await self._send({"type": f"{EXTENSION}.body", "body": body})
