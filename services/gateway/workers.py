"""The event side of the gateway: it neither publishes nor consumes."""

from shared.service.application import Worker

WORKERS: tuple[Worker, ...] = ()
