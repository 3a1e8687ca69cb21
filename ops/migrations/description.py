"""The whole schema: every table of every service, and every view that is published."""

import importlib
from pathlib import Path

from sqlalchemy import MetaData
from sqlalchemy.dialects.postgresql.base import ischema_names

import services
from shared.database.metadata import Xid8, metadata
from shared.database.views import View
from shared.identity.views import VIEWS as IDENTITY_VIEWS
from shared.read_models import VIEWS as READ_MODEL_VIEWS

SHARED_TABLES = (
    "shared.events.tables",
    "shared.identity.revocation",
    "shared.identity.access_tokens",
    "shared.database.idempotency",
)

VIEWS: tuple[View, ...] = (*IDENTITY_VIEWS, *READ_MODEL_VIEWS)


def load_tables() -> MetaData:
    """Import every `tables.py`, so that the metadata is complete."""
    # Reflection does not know it by itself.
    ischema_names["xid8"] = Xid8
    folder = Path(services.__path__[0])
    rooms = sorted(path.relative_to(folder).parent.parts for path in folder.glob("*/*/tables.py"))
    for module in (*SHARED_TABLES, *(f"services.{service}.{room}.tables" for service, room in rooms)):
        importlib.import_module(module)
    return metadata


def is_ours(_object: object, name: str | None, kind: str, *_: object) -> bool:
    """Autogenerate looks at tables; views are written by hand."""
    return not (kind == "table" and name in {view.name for view in VIEWS})
