"""The newest migration that this code was written for, as `/version` says. A test compares it with the migrations."""

SCHEMA_REVISION = "0014"
