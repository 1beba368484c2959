"""An event that has just opened in Workshop 3, reported by a worker."""

from __future__ import annotations

import pytest

from tests.domain.plant import Story


@pytest.fixture
def story() -> Story:
    """Reported, in the response phase, everybody called."""
    story = Story()
    story.opens()
    return story
