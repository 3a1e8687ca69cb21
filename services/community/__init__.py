"""The community service: communities, their members, posts and comments.

Owns the tables: communities, memberships, posts, comments.
Publishes: community.community.created, community.member.*, community.post.created, community.comment.created.
Publishes the views: published_communities, published_memberships.
Consumes: nothing.
Never: answers the public directory in production (the gateway does, from the same view); sends live updates itself.
"""
