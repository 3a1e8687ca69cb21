"""Profiles as the user service publishes them."""

from sqlalchemy import Text, Uuid, column, table

from shared.database.views import View

published_profiles = table(
    "published_profiles",
    column("account_id", Uuid),
    column("username", Text),
    column("display_name", Text),
    column("bio", Text),
)

VIEWS = (
    View(
        "user",
        "published_profiles",
        "SELECT account_id, username, display_name, bio FROM profiles",
    ),
)
