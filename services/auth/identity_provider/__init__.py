"""Lets the pod's own tools (chat, code, dashboards) log citizens in: an OpenID Connect provider, with PKCE alone."""
