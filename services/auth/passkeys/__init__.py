"""Passkeys (WebAuthn): a factor that cannot be phished, to log in with or to step up."""
