"""`/ws`."""

from fastapi import APIRouter, WebSocket

from services.websocket.connections.socket import Reception

router = APIRouter()


@router.websocket("/ws")
async def live(socket: WebSocket) -> None:
    """The live socket, protocol `unityplan.v1`."""
    reception: Reception = socket.app.state.reception
    await reception.receive(socket)
