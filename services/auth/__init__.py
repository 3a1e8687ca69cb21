"""Knows who a citizen is: accounts, passwords, sessions, roles and the keys that sign access tokens.

Owns the tables: accounts, sessions, refresh_tokens, role_grants, signing_keys; it writes revocations.
Publishes the views: accounts (without e-mail and password), role grants, signing keys (public halves), revocations.
Appends the events: auth.account.registered, auth.session.started, auth.session.ended, auth.login.failed,
auth.role.granted, auth.role.revoked, auth.signing_key.created, auth.signing_key.rotated.
Consumes: nothing.
Never: shows a private key or a password to anyone, keeps a refresh token readable, or knows about communities.
"""
