"""Work asked for in a transaction and done after it."""


from juara.jobs import queue
from juara.jobs.tasks import organization_job
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tests import cast
from tests.jobs.running import run_waiting

done: list[tuple[str, str]] = []


@organization_job("tests.note")
def note(organization: Organization, *, text: str) -> None:
    done.append((organization.slug, text))


def test_a_job_runs_for_its_organization_with_its_arguments(committed: None) -> None:
    done.clear()
    organization = cast.organization()
    with scope.enter(organization):
        assert queue.defer("tests.note", text="hello")
    run_waiting()
    assert done == [(organization.slug, "hello")]
