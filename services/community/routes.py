"""The HTTP side of the community service."""

from services.community.comments.routes import router as comments
from services.community.communities.routes import router as communities
from services.community.feed.routes import router as feed
from services.community.gatherings.routes import router as gatherings
from services.community.memberships.routes import router as memberships
from services.community.posts.routes import router as posts
from services.community.rsvps.routes import router as rsvps

ROUTERS = (communities, memberships, posts, comments, feed, gatherings, rsvps)
