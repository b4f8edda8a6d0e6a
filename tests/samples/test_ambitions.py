"""What the sample company decides over its story, and when."""

from datetime import timedelta

from juara.core.calendar import ALWAYS
from juara.samples import ambitions
from juara.samples.types import DemoCompany


def test_the_first_goals_hold_always_and_later_ones_from_the_first_of_a_month(
    company: DemoCompany,
) -> None:
    first, raised, agreed = ambitions.steps(company)

    assert (first.moment, first.from_day) == (company.starts_at, ALWAYS)
    assert raised.moment.date() < raised.from_day
    assert (raised.from_day.day, agreed.from_day.day) == (1, 1)
    assert company.starts_at < raised.moment < agreed.moment < company.ends_at


def test_targets_are_raised_some_months_before_the_story_ends(company: DemoCompany) -> None:
    raised = ambitions.steps(company)[1].from_day

    assert timedelta(days=90) < company.ends_on - raised < timedelta(days=180)
