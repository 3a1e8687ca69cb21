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


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the driver raises inside the block into `ServiceError` or one of the classes above."""
    try:
        yield
    except asyncpg.UniqueViolationError as error:
        raise UniqueViolation(error.constraint_name or "") from error
    except asyncpg.ForeignKeyViolationError as error:
        raise ForeignKeyViolation(error.constraint_name or "") from error
    except (
        asyncpg.SerializationError,
        asyncpg.DeadlockDetectedError,
        asyncpg.InvalidCachedStatementError,
        asyncpg.OutdatedSchemaCacheError,
    ) as error:
        raise RetryableConflict(type(error).__name__) from error
    except (asyncpg.QueryCanceledError, asyncpg.LockNotAvailableError, TimeoutError) as error:
        raise database_busy() from error
    except asyncpg.DataError as error:
        raise ServiceError(Kind.INVALID, "value-out-of-range", "A value cannot be stored.") from error
    except (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError) as error:
        raise database_unavailable() from error
    except (
        asyncpg.CannotConnectNowError,
        asyncpg.AdminShutdownError,
        asyncpg.CrashShutdownError,
        asyncpg.TooManyConnectionsError,
        asyncpg.InvalidCatalogNameError,
        asyncpg.InvalidAuthorizationSpecificationError,
    ) as error:
        raise database_unavailable() from error
