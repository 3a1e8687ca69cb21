"""Knows how a citizen wants to be seen and spoken to, and tells them what concerns them.

Owns the tables: profiles, preferences, notifications.
Publishes the view: public profiles.
Reads the views: accounts; communities, memberships, posts, comments and gatherings (what may be told, by which name).
Appends the events: user.profile.created, user.profile.updated, user.preferences.changed.
Consumes: auth.account.registered (makes the profile; so does the first call that needs it), community.comment.created,
community.member.joined and community.gathering.created (tells whom they concern), event.person.erased.
Never: knows a password or an e-mail address, or decides who may log in.
"""
