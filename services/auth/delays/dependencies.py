"""What a route asks for to count tries."""

from typing import Annotated

from fastapi import Depends, Request

from services.auth.delays.subjects import SubjectNames


async def subject_names(request: Request) -> SubjectNames:
    """The names that the lifespan made."""
    names: SubjectNames = request.app.state.subject_names
    return names


SubjectNamesDep = Annotated[SubjectNames, Depends(subject_names)]
