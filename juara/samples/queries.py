"""Reading how far a sample company has come."""

from dataclasses import dataclass

from juara.accounts.models import Seat
from juara.samples.models import SampleLoad


@dataclass(frozen=True, slots=True)
class SampleFacts:
    """How many rows of a sample have been loaded, of about how many."""

    rows: int
    expected: int
    is_finished: bool


def progress() -> SampleFacts | None:
    """Return how far the entered organization's loading is; None where nothing was loaded."""
    found = SampleLoad.objects.first()
    if found is None:
        return None
    finished = found.finished_at is not None
    expected = max(found.rows_expected, found.row_count)
    return SampleFacts(found.row_count, expected, finished)


def sample_of(user_id: int) -> str:
    """Return the address part of a user's sample company, '' when there is none."""
    found = Seat.objects.filter(user_id=user_id, organization__is_sample=True)
    return found.values_list("organization__slug", flat=True).first() or ""
