"""Knows how a citizen wants to be seen and spoken to: profiles and preferences.

Owns the tables: profiles, preferences.
Publishes the view: public profiles.
Appends the events: user.profile.created, user.profile.updated, user.preferences.changed.
Consumes: auth.account.registered (makes the profile; so does the first call that needs it).
Never: knows a password or an e-mail address, or decides who may log in.
"""
