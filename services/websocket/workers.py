"""The event side of the websocket service: one hub per territory."""

from collections.abc import Iterable
from functools import partial

from services.websocket.delivery.fan_out import Hub
from shared.service.application import Worker
from shared.web.resources import Resources


async def deliver(_: Resources, *, hub: Hub) -> None:
    """Follow one territory's events and send them on."""
    await hub.run()


def delivery_workers(hubs: Iterable[Hub]) -> list[Worker]:
    """A worker for each."""
    return [partial(deliver, hub=hub) for hub in hubs]
