"""The driver's errors in our words; translated here and nowhere else."""

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


class _Translation:
    """One for all: it remembers nothing."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if error is not None:
            _raise_translated(error)


_TRANSLATION = _Translation()


def translated() -> _Translation:
    """Turn what the driver raises inside a `with` block into `ServiceError` or one of the classes above."""
    return _TRANSLATION


def is_over(error: BaseException | None) -> bool:
    """Whether the server has nothing more to do for a block that ended so: no statement was broken off in it."""
    if isinstance(error, ServiceError):
        return error.kind is not Kind.UNAVAILABLE
    return error is None or (isinstance(error, Exception) and not isinstance(error, TimeoutError))


def _raise_translated(error: BaseException) -> None:
    if isinstance(error, asyncpg.UniqueViolationError):
        raise UniqueViolation(error.constraint_name or "") from error
    if isinstance(error, asyncpg.ForeignKeyViolationError):
        raise ForeignKeyViolation(error.constraint_name or "") from error
    if isinstance(error, _LOST_RACES):
        raise RetryableConflict(type(error).__name__) from error
    if isinstance(error, _TOO_SLOW):
        raise database_busy() from error
    if isinstance(error, _NOT_STORABLE):
        raise ServiceError(Kind.INVALID, "value-out-of-range", "A value cannot be stored.") from error
    if isinstance(error, _AWAY):
        raise database_unavailable() from error
