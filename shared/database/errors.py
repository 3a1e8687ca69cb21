"""The driver's errors in our words; translated here and nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from shared.errors import Kind, ServiceError

RETRY_AFTER_SECONDS = 2


class UniqueViolation(Exception):
    """A row with that key exists; `constraint` is the name of the violated constraint or index."""

    def __init__(self, constraint: str) -> None:
        super().__init__(constraint)
        self.constraint = constraint


class ForeignKeyViolation(Exception):
    """What a row refers to does not exist."""

    def __init__(self, constraint: str) -> None:
        super().__init__(constraint)
        self.constraint = constraint


class RetryableConflict(Exception):
    """The whole unit of work may be run again: serialization failure, deadlock, stale statement, lost race."""


def database_unavailable() -> ServiceError:
    """503: the database of this territory cannot be reached."""
    return ServiceError(
        Kind.UNAVAILABLE,
        "database-unavailable",
        "The database of this territory cannot be reached.",
        retry_after_seconds=RETRY_AFTER_SECONDS,
    )


def database_busy() -> ServiceError:
    """503: no connection came free, or a statement took too long."""
    return ServiceError(
        Kind.UNAVAILABLE,
        "database-busy",
        "The database of this territory is busy.",
        retry_after_seconds=RETRY_AFTER_SECONDS,
    )


_LOST_RACES = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.InvalidCachedStatementError,
    asyncpg.OutdatedSchemaCacheError,
)
_TOO_SLOW = (
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.TransactionTimeoutError,
    TimeoutError,
)
# What a client sent and PostgreSQL cannot hold: NUL, a lone surrogate, a number or a text beyond what an index takes.
_NOT_STORABLE = (asyncpg.DataError, asyncpg.ProgramLimitExceededError)
_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InterfaceError,
    # Seen when the server is killed between two messages of an exchange: the driver loses count of its own state.
    asyncpg.InternalClientError,
    asyncpg.TargetServerAttributeNotMatched,
    OSError,
)
DRIVER_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
"""All that asyncpg raises, for the few places that go on whatever the driver says."""


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the driver raises inside the block into `ServiceError` or one of the classes above."""
    try:
        yield
    except asyncpg.UniqueViolationError as error:
        raise UniqueViolation(error.constraint_name or "") from error
    except asyncpg.ForeignKeyViolationError as error:
        raise ForeignKeyViolation(error.constraint_name or "") from error
    except _LOST_RACES as error:
        raise RetryableConflict(type(error).__name__) from error
    except _TOO_SLOW as error:
        raise database_busy() from error
    except _NOT_STORABLE as error:
        raise ServiceError(Kind.INVALID, "value-out-of-range", "A value cannot be stored.") from error
    except _AWAY as error:
        raise database_unavailable() from error
