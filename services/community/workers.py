"""The event side of the community service: it publishes, and consumes nothing."""

from shared.service.application import Worker

WORKERS: tuple[Worker, ...] = ()
