"""The frame of every page: where one can go by role, where one begins, and what a page loads."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

import juara
from juara.accounts.models import User
from juara.tenancy import scope
from juara.tenancy.models import Organization
from juara.ui.assets import BUILT
from juara.web import navigation
from juara.web.context import AREA_SCRIPTS, AREA_STYLES
from juara.web.navigation import DESTINATIONS, Navigation
from tests import cast
from tests.web import office
from tests.web.conftest import SignedIn
from tests.web.office import Office
from tests.web.reading import read

STYLES = Path(juara.__file__).parent / "ui" / "source" / "styles"
TEMPLATES = Path(juara.__file__).parent / "web" / "templates" / "web"

OF_ROLE = {
    "rep": ["Today", "Scorecard", "Leaderboards", "Records", "Entries"],
    "manager": ["Today", "Scorecard", "Team now", "Company", "Leaderboards", "People", "Teams",
                "Goals", "Targets", "Scorecard rules", "Records", "Entries", "Metrics"],
    "executive": ["Team now", "Company", "Leaderboards", "People", "Teams", "Goals", "Targets",
                  "Scorecard rules", "Records", "Entries", "Metrics"],
    "admin": ["Team now", "Company", "Leaderboards", "People", "Teams", "Calendars", "Goals",
              "Targets", "Scorecard rules", "Records", "Entries", "Metrics", "Sources",
              "Currencies", "Data health", "Set-up", "Screens", "Settings"],
}  # fmt: skip
SOMEBODY = {"rep": "ana", "manager": "mira", "executive": "eka", "admin": "adi"}


@pytest.mark.parametrize("role", OF_ROLE)
def test_everybody_sees_the_ways_of_their_role_and_no_others(
    signed_in: SignedIn, acme: Office, role: str
) -> None:
    page = read(signed_in(SOMEBODY[role]).get(acme.path("leaderboards/")))
    links = [each.text for each in page.find(of="nav-link") if each.tag == "a"]

    # Once beside the page, once below it: there the last of a long list stand behind one more.
    assert links[: len(OF_ROLE[role])] == OF_ROLE[role]
    below = links[len(OF_ROLE[role]) :]
    assert sorted(each.replace("Boards", "Leaderboards") for each in below) == sorted(OF_ROLE[role])


@pytest.mark.parametrize("role", OF_ROLE)
def test_every_way_shown_is_open(signed_in: SignedIn, acme: Office, role: str) -> None:
    client = signed_in(SOMEBODY[role])

    for entry in Navigation(role=role, slug="acme", url_name="").entries:
        assert client.get(entry.url).status_code == 200, entry.key


def test_every_destination_is_registered() -> None:
    for place in DESTINATIONS:
        assert reverse(place.url_name, args=["acme"])


@pytest.mark.parametrize(
    ("url_name", "key"),
    [
        ("leaderboard_evidence", "leaderboards"), ("organization", "leaderboards"),
        ("today", "today"), ("team_now", "team_now"), ("teams", "teams"), ("team_move", "teams"),
        ("squads", "teams"), ("person", "people"), ("people_import", "people"),
        ("import_check", "sources"), ("metric_edit", "metrics"), ("screen_create", "screens"),
        ("settings", "settings"), ("setup_skip", "setup"), ("target_set", "targets"),
        ("scorecard_rule_team", "scorecard_rules"), ("scorecard_person", "scorecard"),
        ("verify_begin", "health"), ("recount_begin", "health"), ("entry_create", "entries"),
        ("record", "records"), ("changes", "records"), ("unassigned_match", "records"),
    ],
)  # fmt: skip
def test_a_page_lights_up_the_place_it_belongs_to(url_name: str, key: str) -> None:
    ways = Navigation(role="admin", slug="acme", url_name=url_name).entries
    of_all = [*ways, *Navigation(role="rep", slug="acme", url_name=url_name).entries]

    assert {each.key for each in of_all if each.is_current} == {key}


def test_a_page_of_nowhere_lights_up_nothing() -> None:
    ways = Navigation(role="admin", slug="acme", url_name="palette").entries

    assert [each.key for each in ways if each.is_current] == []


def test_a_phone_has_five_at_the_bottom_at_most() -> None:
    many = Navigation(role="admin", slug="acme", url_name="settings")
    few = Navigation(role="rep", slug="acme", url_name="today")

    assert [each.key for each in many.bar] == ["team_now", "company", "leaderboards", "people"]
    assert [each.key for section in many.rest for each in section.entries][-1] == "settings"
    assert many.is_in_rest
    assert ([each.key for each in few.bar], few.rest) == (
        ["today", "scorecard", "leaderboards", "records", "entries"],
        (),
    )
    assert not few.is_in_rest


def test_a_group_of_one_has_no_heading() -> None:
    admin = Navigation(role="admin", slug="acme", url_name="")
    rep = Navigation(role="rep", slug="acme", url_name="")

    headed = [section.label for section in admin.sections]
    assert headed == ["", "People and teams", "Numbers", "Organization"]
    assert [section.label for section in rep.sections] == ["", "Numbers"]
    one_number = navigation._sections(rep.entries[:4])
    assert [section.label for section in one_number] == ["", ""]


@pytest.mark.parametrize(
    ("name", "place"), [("ana", "today"), ("mira", "team_now"), ("eka", "team_now")]
)
def test_everybody_begins_where_their_day_begins(
    signed_in: SignedIn, acme: Office, name: str, place: str
) -> None:
    assert signed_in(name).get("/")["Location"] == reverse(place, args=["acme"])


def test_an_administrator_begins_with_the_set_up_until_a_board_is_live(
    admin: Client, acme: Office
) -> None:
    assert navigation.start("admin", "acme", is_set_up=False) == reverse("setup", args=["acme"])
    assert admin.get("/")["Location"] == reverse("team_now", args=["acme"])


def test_an_empty_organization_begins_with_the_set_up(db: None) -> None:
    empty = _empty("bare")
    client = Client()
    client.force_login(empty[1])

    assert client.get("/")["Location"] == reverse("setup", args=["bare"])

    # Put away by hand, the list stands in nobody's way.
    Organization.objects.filter(id=empty[0].id).update(setup_done_at=cast.NOW)
    assert client.get("/")["Location"] == reverse("team_now", args=["bare"])


def _empty(slug: str) -> tuple[Organization, User]:
    organization = cast.organization(slug)
    with scope.enter(organization):
        member = cast.member("Adi", role="admin", email="adi@bare.example")
        return organization, office.seated(member, slug)


def test_an_organization_of_others_cannot_be_chosen(signed_in: SignedIn, globex: Office) -> None:
    # Who has one only goes there, whatever is asked for.
    assert signed_in("ana").get("/?in=globex")["Location"].startswith("/o/acme/")


def test_the_account_menu_leads_to_my_settings_and_out(signed_in: SignedIn, acme: Office) -> None:
    page = read(signed_in("ana").get(acme.path("today/")))

    assert [each.text for each in page.find(of="menu-item")] == ["My settings", "Sign out"]
    assert page.one(of="account-who").text == "Ana Sales rep"


def classes_of_style(text: str) -> set[str]:
    return set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"/\*.*?\*/", "", text, flags=re.S)))


def test_a_page_loads_the_style_of_every_class_it_wears() -> None:
    """A class that only one area's stylesheet knows is worn only where that sheet is loaded."""
    areas = {sheet for sheets in AREA_STYLES.values() for sheet in sheets}
    apart = {*areas, "tv", "gallery"}
    common: set[str] = set()
    for file in STYLES.glob("*.css"):
        if file.stem not in apart:
            common |= classes_of_style(file.read_text())
    own = {area: classes_of_style((STYLES / f"{area}.css").read_text()) - common for area in areas}
    for folder in TEMPLATES.iterdir():
        loaded = set().union(*(own[each] for each in AREA_STYLES.get(folder.name, ())))
        elsewhere = set().union(*own.values()) - loaded
        for file in folder.glob("**/*.html") if folder.is_dir() else ():
            worn = set(" ".join(re.findall(r'class="([^"{]*)"', file.read_text())).split())
            assert worn & elsewhere == set(), f"{folder.name}/{file.name}"


@pytest.mark.skipif(not (BUILT / "areas").exists(), reason="not built: tools/assets.py")
@pytest.mark.parametrize("area", sorted(AREA_STYLES))
def test_every_area_loads_less_than_150_kb_of_style_and_script(area: str) -> None:
    sheets = [f"areas/{each}.css" for each in AREA_STYLES[area]]
    scripts = [f"areas/{each}.js" for each in AREA_SCRIPTS.get(area, ())]
    files = ["app.css", "app.js", "theme.js", *sheets, *scripts]

    assert sum((BUILT / file).stat().st_size for file in files) < 150_000
