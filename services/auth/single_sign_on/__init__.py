"""Logging in at another provider (OpenID Connect), and linking what is there to an account here."""
