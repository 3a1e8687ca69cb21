"""The tour of the README works when it is pasted."""

from tests.support.pod import Pod
from tests.support.tour import take_the_tour


async def test_the_tour_of_the_readme_works_when_pasted(dk: Pod) -> None:
    await take_the_tour(dk.api_port, dk.websocket_port)
