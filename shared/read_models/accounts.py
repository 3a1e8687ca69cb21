"""Accounts as auth publishes them: no credential, no e-mail, and none that was not let in yet."""

from sqlalchemy import DateTime, Text, Uuid, column, table

from shared.database.views import View

published_accounts = table(
    "published_accounts",
    column("id", Uuid),
    column("username", Text),
    column("display_name", Text),
    column("status", Text),
    column("created_at", DateTime(timezone=True)),
)

VIEWS = (
    View(
        "auth",
        "published_accounts",
        "SELECT id, username, display_name, status, created_at FROM accounts"
        " WHERE status = 'active' OR status = 'disabled'",
    ),
)
