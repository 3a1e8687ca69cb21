"""The one description of the schema that all tables join and all migrations come from."""

from typing import Any

from sqlalchemy import MetaData
from sqlalchemy.types import UserDefinedType
from typing_extensions import override

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)


class Xid8(UserDefinedType[int]):
    """A 64-bit transaction id, which never wraps."""

    cache_ok = True

    @override
    def get_col_spec(self, **_: Any) -> str:
        """Its name in DDL."""
        return "XID8"
