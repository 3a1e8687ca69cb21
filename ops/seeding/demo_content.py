"""What the demo shows: two people who talk in three communities.

The password is fixed and documented, so this is for the embedded pod alone, which answers on loopback only.
"""

from dataclasses import dataclass

DEMO_PASSWORD = "boats in the harbour at dawn"  # noqa: S105 - public on purpose, see above


@dataclass(frozen=True, slots=True)
class Person:
    username: str
    display_name: str


@dataclass(frozen=True, slots=True)
class Post:
    title: str
    body: str
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Community:
    slug: str
    name: str
    description: str
    posts: tuple[Post, ...]


DEMO = Person("demo", "Demo Citizen")
NEIGHBOUR = Person("neighbour", "A Neighbour")

COMMUNITIES = (
    Community(
        "harbour",
        "Harbour",
        "What happens around the harbour.",
        (
            Post(
                "Harbour festival in June", "We need **boats**, tables and music. Who helps?", ("I bring two boats.",)
            ),
            Post("New lamps on the pier", "They are up since Monday. How do you like them?", ("At last!",)),
        ),
    ),
    Community(
        "community-garden",
        "Community garden",
        "Beds, tools and harvests that we share.",
        (Post("Who waters in July?", "A list for the summer weeks:\n\n- week 27\n- week 28", ("Week 27 is mine.",)),),
    ),
    Community(
        "book-circle",
        "Book circle",
        "A book a month.",
        (Post("The book for next month", "Suggestions, please: one each.", ("Something short this time.",)),),
    ),
)
