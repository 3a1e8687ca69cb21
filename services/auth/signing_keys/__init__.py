"""The life of a signing key: standby, current, previous, revoked. The only room that signs."""
