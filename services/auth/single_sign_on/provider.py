"""A provider as the settings name it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

Text = Annotated[str, StringConstraints(min_length=1, max_length=300)]


class Provider(BaseModel):
    """Where one may log in instead; everything else about it is discovered."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    id: str = Field(pattern=r"^[a-z0-9-]{1,30}$")
    """In paths: `mitid`."""
    name: Text
    """On a button: `MitID`."""
    issuer: Text
    """Exactly as its tokens say it."""
    client_id: Text
    client_secret: SecretStr | None = None
    """None for a public client, which PKCE alone protects."""
    scopes: Text = "openid email profile"
    territories: tuple[str, ...] = ()
    """Codes of those it is for; none stands for all of the pod."""
    links_verified_email: bool = False
    """Whether an address that it says is verified may open the account that has shown the same one to be its own."""

    def is_for(self, territory: str) -> bool:
        """Whether people of a territory may log in there."""
        return not self.territories or territory in self.territories
