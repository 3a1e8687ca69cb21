"""The HTTP side of the community service."""

from services.community.comments.routes import router as comments
from services.community.communities.routes import router as communities
from services.community.memberships.routes import router as memberships
from services.community.posts.routes import router as posts

ROUTERS = (communities, memberships, posts, comments)
