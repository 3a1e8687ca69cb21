"""The community service: communities, their members, posts and comments, feeds, gatherings and who comes to them.

Owns the tables: communities, memberships, posts, past_ranks, comments, gatherings, rsvps.
Publishes: community.community.created, community.member.*, community.post.created, community.comment.created,
    community.gathering.*.
Publishes the views: published_communities, published_memberships, published_posts, published_gatherings.
Consumes: event.person.erased (what they wrote is blanked, their answers go), community.member.left (their answers in a
    private community go).
Never: answers the public directory in production (the gateway does, from the same view); sends live updates itself.
"""
