"""The directory in the usual way: a FastAPI route with a session of SQLAlchemy's ORM and a `response_model`.

Served by `uvicorn benchmarks.peers.orm_directory:app`, which is told DATABASE_URL. It has neither territories, tokens,
limits, entity tags, log nor metrics, which is to its advantage.
"""

import os
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, FastAPI, Query
from pydantic import BaseModel, ConfigDict
from sqlalchemy import DateTime, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.database.keyset import decode_place, encode_place

CONNECTIONS = 8
"""As many as the gateway has for a territory."""

engine = create_async_engine(os.environ["DATABASE_URL"], pool_size=CONNECTIONS, max_overflow=0)
sessions = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    pass


class Community(Base):
    __tablename__ = "published_communities"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str]
    name: Mapped[str]
    description: Mapped[str]
    visibility: Mapped[str]
    member_count: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class DirectoryEntry(BaseModel):
    """A public community."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    slug: str
    name: str
    description: str
    visibility: str
    member_count: int
    created_at: datetime


class Directory(BaseModel):
    """Public communities, newest first."""

    items: list[DirectoryEntry]
    next_cursor: str | None


async def session() -> AsyncIterator[AsyncSession]:
    async with sessions() as opened:
        yield opened


app = FastAPI()


@app.get("/api/communities", response_model=Directory)
async def read_directory(
    opened: Annotated[AsyncSession, Depends(session)],
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> object:
    """The public communities, newest first."""
    wanted = select(Community).where(Community.visibility == "public")
    if cursor is not None:
        wanted = wanted.where(tuple_(Community.created_at, Community.id) < tuple_(*decode_place(cursor)))
    ordered = wanted.order_by(Community.created_at.desc(), Community.id.desc()).limit(limit + 1)
    found = (await opened.scalars(ordered)).all()
    shown = found[:limit]
    next_cursor = encode_place(shown[-1].created_at, shown[-1].id) if len(found) > limit else None
    return {"items": shown, "next_cursor": next_cursor}
