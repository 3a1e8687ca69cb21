"""Data access: SQLAlchemy Core describes, asyncpg runs; the only importer of asyncpg."""
