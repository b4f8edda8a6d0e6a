"""The sample company in the browser."""

import pytest
from django.test import Client

from juara.samples.models import SampleLoad
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tests import cast
from tests.web.office import Office
from tests.web.reading import read


@pytest.fixture
def sample(admin: Client, acme: Office) -> Organization:
    response = admin.post(acme.path("set-up/sample/"))
    assert response["Location"] == "/o/sample/set-up/sample/progress/"
    return Organization.objects.get(slug="sample")


def test_asking_leads_to_its_progress(admin: Client, sample: Organization) -> None:
    page = read(admin.get("/o/sample/set-up/sample/progress/"))

    assert page.one("h1").text == "Bahari Cold Chain"
    assert page.one(of="job").attributes["data-state"] == "waiting"
    assert page.one("section", id="sample").attributes["hx-trigger"] == "every 2s"


def test_the_part_that_refreshes_stops_when_all_is_there(
    admin: Client, sample: Organization
) -> None:
    with scope.enter(sample):
        SampleLoad.objects.update(row_count=500, rows_expected=500, finished_at=cast.NOW)

    part = read(admin.get("/o/sample/set-up/sample/progress/", headers={"HX-Request": "true"}))

    assert part.find("h1") == []
    assert "hx-trigger" not in part.one("section", id="sample").attributes
    assert part.one("a", data_variant="primary").attributes["href"] == "/o/sample/leaderboards/"


def test_the_checklist_leads_to_the_one_there_is(
    admin: Client, acme: Office, sample: Organization
) -> None:
    links = {
        each.attributes.get("href") for each in read(admin.get(acme.path("set-up/"))).find("a")
    }

    assert "/o/sample/set-up/sample/progress/" in links
    assert admin.post(acme.path("set-up/sample/"))["Location"].startswith("/o/sample/")
    assert Organization.objects.filter(is_sample=True).count() == 1


def test_its_own_checklist_is_its_progress(admin: Client, sample: Organization) -> None:
    assert admin.get("/o/sample/set-up/")["Location"] == "/o/sample/set-up/sample/progress/"


def test_it_is_removed_without_typing_its_name(admin: Client, sample: Organization) -> None:
    response = admin.post("/o/sample/set-up/sample/remove/")

    assert response["Location"].startswith("/begin/removed/")
    assert admin.get("/o/sample/set-up/").status_code == 404


def test_a_real_organization_is_not_removed_that_way(admin: Client, acme: Office) -> None:
    assert admin.post(acme.path("set-up/sample/remove/")).status_code == 404
    assert admin.get(acme.path("set-up/sample/progress/")).status_code == 404
    assert Organization.objects.get(slug="acme").removal_began_at is None
