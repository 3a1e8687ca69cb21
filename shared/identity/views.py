"""What auth publishes for the verification of tokens and permissions in every service."""

from sqlalchemy import BigInteger, DateTime, LargeBinary, Text, Uuid, column, table

from shared.database.views import View

published_signing_keys = table(
    "published_signing_keys",
    column("kid", Text),
    column("state", Text),
    column("public_key", LargeBinary),
)

published_revocations = table(
    "published_revocations",
    column("epoch", BigInteger),
    column("kind", Text),
    column("subject", Uuid),
    column("not_before", DateTime(timezone=True)),
    column("expires_at", DateTime(timezone=True)),
)

published_role_grants = table(
    "published_role_grants",
    column("account_id", Uuid),
    column("role", Text),
)

VIEWS = (
    View(
        "auth",
        "published_signing_keys",
        "SELECT kid, state, public_key FROM signing_keys WHERE state <> 'revoked'",
    ),
    View(
        "auth",
        "published_revocations",
        "SELECT epoch, kind, subject, not_before, expires_at FROM revocations",
    ),
    View(
        "auth",
        "published_role_grants",
        "SELECT account_id, role FROM role_grants",
    ),
)
