"""Views that one service publishes and others read, owner named. Those for tokens are in `shared.identity.views`."""

from shared.database.views import View
from shared.read_models import accounts, communities, event_store, profiles

VIEWS: tuple[View, ...] = (*accounts.VIEWS, *communities.VIEWS, *event_store.VIEWS, *profiles.VIEWS)
