"""Redis ACL: a user per territory that sees its own keys, and nobody else."""

import hashlib
from collections.abc import Iterable

from ops.provisioning.secrets import SecretStore
from shared.territory.territory import Territory


def redis_acl(territories: Iterable[Territory], secrets: SecretStore) -> str:
    """The text of an ACL file; passwords as SHA-256."""
    lines = ["user default off resetpass resetkeys resetchannels -@all"]
    for territory in territories:
        digest = hashlib.sha256(secrets.of("redis", territory).encode()).hexdigest()
        prefix = territory.key_prefix
        lines.append(
            f"user {territory.slug} on #{digest} resetkeys resetchannels ~{prefix}* &{prefix}* "
            "+@all -@dangerous -@admin -@blocking -scan -randomkey -dbsize"
        )
    return "\n".join(lines) + "\n"
