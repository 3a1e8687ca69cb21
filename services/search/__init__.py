"""The search service: communities, posts and people, found in spite of typos.

Owns: one index folder per territory, made from events and made again whenever it is lost. No table.
Consumes: community.community.created, community.post.created, user.profile.created, user.profile.updated.
Reads the views that say which communities a viewer may find.
Publishes: nothing.
Never: decides from its index who may see what; shows a count of what may not be seen.
"""
