"""Knows who a citizen is: accounts, passwords, sessions, roles and the keys that sign access tokens.

Owns the tables: accounts, sessions, refresh_tokens, login_delays, known_networks, role_grants, signing_keys; it writes
revocations.
Of who may do what: role_grants, custom_roles, access_tokens, totp_factors, recovery_codes, factor_failures, passkeys,
passkey_challenges, oidc_clients, authorization_codes.
Publishes the views: accounts (without e-mail and password), grants, signing keys (public halves), revocations, access
tokens (their hashes), and who has a second factor.
Appends the events: those of `shared.events.catalogue` in `auth`, `access` and `factors`.
Consumes: event.person.erased.
Never: shows a private key or a password to anyone, keeps a refresh token readable, or knows about communities.
"""
