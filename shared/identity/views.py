"""What auth publishes for the verification of tokens and permissions in every service."""

from sqlalchemy import BigInteger, DateTime, LargeBinary, Text, Uuid, column, table
from sqlalchemy.dialects.postgresql import ARRAY

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

published_access_tokens = table(
    "published_access_tokens",
    column("id", Uuid),
    column("account_id", Uuid),
    column("token_hash", LargeBinary),
    column("scopes", ARRAY(Text)),
    column("expires_at", DateTime(timezone=True)),
)

published_second_factors = table("published_second_factors", column("account_id", Uuid))

published_grants = table(
    "published_grants",
    column("id", Uuid),
    column("account_id", Uuid),
    column("role", Text),
    column("permissions", ARRAY(Text)),
    # Of a resource, where there is a kind: then it is the id of no community.
    column("community_id", Uuid),
    column("expires_at", DateTime(timezone=True)),
    column("resource_kind", Text),
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
        # The roles that an account has in the whole territory now.
        "SELECT account_id, role FROM role_grants "
        "WHERE community_id IS NULL AND (expires_at IS NULL OR expires_at > now())",
    ),
    View(
        "auth",
        "published_access_tokens",
        "SELECT id, account_id, token_hash, scopes, expires_at FROM access_tokens "
        "JOIN (SELECT id AS account_id FROM accounts WHERE status = 'active') AS active USING (account_id) "
        "WHERE revoked_at IS NULL",
    ),
    View(
        "auth",
        "published_second_factors",
        "SELECT account_id FROM totp_factors WHERE confirmed_at IS NOT NULL UNION SELECT account_id FROM passkeys",
    ),
    View(
        "auth",
        "published_grants",
        "SELECT id, account_id, role, permissions, community_id, expires_at, resource_kind FROM role_grants "
        "LEFT JOIN (SELECT name AS role, permissions FROM custom_roles) AS own USING (role)",
    ),
)
