"""Prometheus metrics that every service has; names end in their unit."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

registry = CollectorRegistry()

REFUSED_AT_THE_DOOR = Counter(
    "gateway_refused_total",
    "Requests that the gateway refused and no service saw.",
    ("route", "code", "territory"),
    registry=registry,
)
LIMITED_LOCALLY = Counter(
    "gateway_limited_locally_total", "Requests counted by this gateway alone, Redis being away.", registry=registry
)
WORKER_RESTARTS = Counter(
    "worker_restarts_total", "Background loops that failed and were begun again.", ("worker",), registry=registry
)
POOL_CONNECTIONS = Gauge("database_pool_connections", "Open connections.", ("territory", "state"), registry=registry)
CONSUMER_LAG = Gauge(
    "consumer_lag_positions",
    "Sealed positions that a consumer has not handled.",
    ("consumer", "territory"),
    registry=registry,
)
PARKED_EVENTS = Gauge(
    "parked_events",
    "Events set aside after repeated failure, as long as they are.",
    ("consumer", "territory"),
    registry=registry,
)
PROJECTION_LAG = Gauge(
    "projection_lag_positions",
    "Sealed positions that a build of a projection has not taken in.",
    ("projection", "build", "territory"),
    registry=registry,
)
PERSON_KEYS_UNAVAILABLE = Counter(
    "person_keys_unavailable_total",
    "Times that a person's key was wrapped under neither secret.",
    ("territory",),
    registry=registry,
)
BUS_CONNECTED = Gauge("message_bus_connected", "1 while NATS is connected.", ("territory",), registry=registry)
HINTS_DROPPED = Counter(
    "hints_dropped_total", "Wake-ups not sent because NATS was away.", ("territory",), registry=registry
)
SEALED_POSITION = Gauge("sealed_position", "The highest position given.", ("territory",), registry=registry)
SEAL_DELAY = Histogram(
    "seal_delay_seconds",
    "From when the oldest event of a batch occurred until the batch had positions.",
    ("territory",),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=registry,
)
PUBLISH_LAG = Gauge(
    "publish_lag_positions", "Sealed positions that are not in JetStream yet.", ("territory",), registry=registry
)
WITNESS_ROUNDS = Counter(
    "witness_rounds_total",
    "Looks at a neighbour's head, by how they ended.",
    ("territory", "neighbour", "outcome"),
    registry=registry,
)
WITNESS_FORK = Gauge(
    "witness_fork",
    "1 while a neighbour's history contradicts what was seen of it and nobody has accepted that.",
    ("territory", "neighbour"),
    registry=registry,
)
WITNESSED_SIZE = Gauge(
    "witnessed_tree_size", "The neighbour's tree that was last cosigned.", ("territory", "neighbour"), registry=registry
)
OWN_FORK_REPORTED = Gauge(
    "witness_own_fork_reported",
    "1 while a neighbour says that this territory's history contradicts itself.",
    ("territory", "neighbour"),
    registry=registry,
)
PUBLISHED_POSITION = Gauge(
    "published_position", "The highest position in JetStream.", ("territory",), registry=registry
)
