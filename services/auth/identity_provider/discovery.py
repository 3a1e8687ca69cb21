"""What tools find out by themselves (OpenID Connect Discovery §3)."""

from services.auth.identity_provider.rules import SCOPES
from shared.identity.tokens import ALGORITHM, issuer_of
from shared.territory.territory import Territory


def metadata_of(territory: Territory) -> dict[str, object]:
    """The provider of a territory: its issuer is that of its access tokens, too."""
    issuer = issuer_of(territory)
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/oidc/authorize",
        "token_endpoint": f"{issuer}/oidc/token",
        "userinfo_endpoint": f"{issuer}/oidc/userinfo",
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "prompt_values_supported": ["none", "login", "consent"],
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": list(SCOPES),
        "claims_supported": ["sub", "preferred_username", "name", "email"],
        "authorization_response_iss_parameter_supported": True,
    }
