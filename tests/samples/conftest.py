from datetime import UTC, datetime

import pytest

from juara.samples.company import demo_company
from juara.samples.story import Story
from juara.samples.types import Batch, DemoCompany

UNTIL = datetime(2026, 7, 15, 9, 20, tzinfo=UTC)


@pytest.fixture(scope="session")
def company() -> DemoCompany:
    return demo_company(7, UNTIL)


@pytest.fixture(scope="session")
def told(company: DemoCompany) -> tuple[Story, list[Batch]]:
    """The whole story, told once for all tests of it."""
    story = Story(company)
    return story, list(story)


@pytest.fixture(scope="session")
def batches(told: tuple[Story, list[Batch]]) -> list[Batch]:
    return told[1]
