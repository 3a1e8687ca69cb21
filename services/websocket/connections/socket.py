"""From the handshake to the end of one socket."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from starlette.websockets import WebSocket, WebSocketDisconnect

from services.websocket.connections.handshake import (
    chosen_subprotocol,
    require_known_origin,
    require_no_token_in_url,
    territory_of_host,
    token_in_subprotocol,
)
from services.websocket.connections.registry import OpenSockets
from services.websocket.connections.session import Session, receive_text
from services.websocket.delivery.fan_out import Hub
from services.websocket.protocol.close_codes import CloseCode, Closing
from services.websocket.protocol.frames import AuthFrame, FrameRefused, parse_frame
from shared.errors import ServiceError
from shared.identity.principal import Principal
from shared.identity.token_scopes import require_method
from shared.identity.tokens import unverified_territory
from shared.observability.logging import get_logger
from shared.read_models.event_store import epoch_of
from shared.territory.territory import Territory
from shared.web.resources import Resources

log = get_logger()

AUTHENTICATE_SECONDS = 5.0
CLOSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Reception:
    """Receives sockets and hands each to a session."""

    resources: Resources
    hubs: dict[str, Hub]
    sockets: OpenSockets

    async def receive(self, socket: WebSocket) -> None:
        """Serve a socket to its end; every end has a code."""
        offered = socket.scope.get("subprotocols", [])
        try:
            subprotocol = chosen_subprotocol(offered)
        except Closing as closing:
            await socket.accept()
            await _close(socket, closing)
            return
        await socket.accept(subprotocol)
        try:
            await self._serve(socket, token_in_subprotocol(offered))
        except Closing as closing:
            log.info("socket.closed", code=closing.code.value, reason=closing.reason)
            await _close(socket, closing)
        except ServiceError as error:
            await _close(socket, Closing(CloseCode.TRY_AGAIN, error.code))
        except WebSocketDisconnect:
            return

    async def _serve(self, socket: WebSocket, token: str | None) -> None:
        registry = self.resources.registry
        require_no_token_in_url(socket.scope["query_string"])
        require_known_origin(registry, self.resources.settings.allowed_origins, socket.headers)
        named = territory_of_host(registry, socket.headers.get("host", ""))
        auth_id = None
        if token is None:
            token, auth_id = await _first_frame(socket)
        territory, principal = await self._authenticate(token, named)
        hub = self.hubs[territory.code]
        epoch = await epoch_of(hub.pool)
        if epoch is None or not hub.is_following.is_set():
            raise Closing(CloseCode.TRY_AGAIN, "event-store-not-ready")
        self.sockets.enter(principal.account_id)
        try:
            await Session(socket, hub, self.resources.verifier.of(territory), principal, str(epoch)).run(auth_id)
        finally:
            self.sockets.leave(principal.account_id)

    async def _authenticate(self, token: str, named: Territory | None) -> tuple[Territory, Principal]:
        claimed = unverified_territory(token)
        if claimed is None and named is None:
            raise Closing(CloseCode.NOT_AUTHENTICATED, "token-malformed")
        try:
            territory = named or self.resources.registry.get(claimed or "")
            principal = await self.resources.verifier.verify(token, territory)
            require_method(principal, "GET")
        except ServiceError as error:
            if error.kind.status >= 500:  # noqa: PLR2004 (the server's own failures)
                raise
            raise Closing(CloseCode.NOT_AUTHENTICATED, error.code) from error
        return territory, principal


async def _first_frame(socket: WebSocket) -> tuple[str, int]:
    """The token of the first frame, and that frame's id."""
    try:
        async with asyncio.timeout(AUTHENTICATE_SECONDS):
            frame = parse_frame(await receive_text(socket))
    except TimeoutError:
        raise Closing(CloseCode.NOT_AUTHENTICATED, "authentication-timeout") from None
    except FrameRefused:
        raise Closing(CloseCode.BAD_FRAME, "bad-frame") from None
    if not isinstance(frame, AuthFrame):
        raise Closing(CloseCode.NOT_AUTHENTICATED, "token-missing")
    return frame.token, frame.id


async def _close(socket: WebSocket, closing: Closing) -> None:
    """A client that does not read cannot be told; it is not waited for."""
    with suppress(RuntimeError, WebSocketDisconnect, TimeoutError):
        async with asyncio.timeout(CLOSE_SECONDS):
            await socket.close(closing.code.value, closing.reason)
