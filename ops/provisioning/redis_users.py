"""Redis ACL: a user per territory that sees its own keys, and nobody else."""

import hashlib
from collections.abc import Iterable

from ops.provisioning.secrets import SecretStore
from shared.territory.territory import Territory

# Key and channel patterns bind only commands that name a key or a channel. These name none, or tell what all have: a
# client that tracks every key hears the names of the neighbour's, a library of functions and the cache of scripts are
# one for the whole server.
SHARED_BY_ALL = (
    "-@dangerous -@admin -@blocking -scan -randomkey -dbsize -memory -cluster -pubsub -function -fcall -fcall_ro "
    "-script +script|load +script|exists "
    "-client +client|getname +client|id +client|reply +client|setinfo +client|setname"
)


def redis_acl(territories: Iterable[Territory], secrets: SecretStore) -> str:
    """The text of an ACL file; passwords as SHA-256."""
    lines = ["user default off resetpass resetkeys resetchannels -@all"]
    for territory in territories:
        digest = hashlib.sha256(secrets.of("redis", territory).encode()).hexdigest()
        prefix = territory.key_prefix
        lines.append(
            f"user {territory.slug} on #{digest} resetkeys resetchannels ~{prefix}* &{prefix}* +@all {SHARED_BY_ALL}"
        )
    return "\n".join(lines) + "\n"
