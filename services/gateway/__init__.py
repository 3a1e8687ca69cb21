"""The gateway: the only HTTP entry of a pod.

Owns no table. Reads the view: published_communities (the public directory), and what token verification needs.
Publishes and consumes: nothing.
Puts together: the first page, of what the community and user services answer to who asks.
Decides: which territory a request is for, who calls, how often they may, which service answers.
Never: knows what a request means; trusts an identity header of a client; decides on a request's URL.
"""
