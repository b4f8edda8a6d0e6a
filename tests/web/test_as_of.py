"""Every page that shows numbers, as of a moment: what was known then, and nothing that came later.

At half past ten the office stood as it stood at nine. At eleven a record, a place, a team, a
match, a rule, a target and an entry were put right; it is noon.
"""

import re
from datetime import date
from decimal import Decimal
from difflib import ndiff
from typing import Any

import pytest
from django.test import Client
from time_machine import TimeMachineFixture

from juara.core import ids
from juara.core.calendar import ALWAYS
from juara.goals import operations as goals
from juara.ledger import entries, entry_queries, matching
from juara.ledger.entries import EntryAsked
from juara.metrics import operations as metrics
from juara.metrics import queries as metric_queries
from juara.people import operations as people
from juara.people import queries as people_queries
from juara.people import squads
from juara.records.models import Record
from juara.tenancy import scope
from tests import cast
from tests.goals import cast as day
from tests.web.conftest import SignedIn
from tests.web.office import Office
from tests.web.reading import Document, read

THEN = {"as_of": "2025-03-10T10:30"}
ELEVEN = cast.at("2025-03-10T11:00")


@pytest.fixture(autouse=True)
def noon(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(cast.at("2025-03-10T12:00"), tick=False)


@pytest.fixture
def ground(acme: Office) -> str:
    """What was known at nine: Ana an SDR in Alpha with a target of 20 calls a day, a squad, an
    entry of three calls. Returns the id of the target's line.
    """
    with scope.enter(acme.organization):
        day.give(acme.members["ana"], "North", "Alpha", profile="SDR")
        line = day.target("calls", "day", "20")
        cast.deliver(*(cast.call(f"c{n}", owner="ana", when=cast.NOW) for n in range(5)))
        ana = people_queries.member("Ana")
        rangers = squads.create_squad("Rangers", moment=cast.NOW, actor=cast.ACTOR)
        squads.join_squad(rangers, [ana], from_day=ALWAYS, moment=cast.NOW, actor=cast.ACTOR)
        asked = EntryAsked("calls", ana, cast.TODAY, Decimal(3), "The phone system was down")
        entries.enter(asked, by=ana, must_wait=False, today=cast.TODAY, moment=cast.NOW)
    return line


def corrected(office: Office, line: str) -> None:
    """Put right, at eleven, what numbers rest on: one of each kind."""
    ana = office.members["ana"]
    told: dict[str, Any] = {"moment": ELEVEN, "actor": cast.ACTOR}
    with scope.enter(office.organization):
        people.place(
            ana, team=office.teams["Gamma"], profile=None, zone="Asia/Jakarta", from_day=ALWAYS,
            **told,
        )  # fmt: skip
        people.move_team(office.teams["Beta"], under=office.teams["South"], from_day=ALWAYS, **told)
        metrics.change_rule(
            "calls",
            definition={
                "aggregation": "count", "kinds": ["activity"], "date": "occurred",
                "where": {
                    "all": [{"field": "outcome", "operator": "equals", "value": "connected"}]
                },
                "credit": [{"role": "owner", "field": "owner"}],
            },
            from_day=ALWAYS, **told,
        )  # fmt: skip
        cast.metric("late", {
            "aggregation": "count", "kinds": ["deal"], "date": "closed", "where": {"all": []},
            "credit": [{"role": "owner", "field": "owner"}],
        })  # fmt: skip
        goals.change_target(
            line, target=Decimal(40), is_primary=True, from_day=ALWAYS, **told
        )  # fmt: skip
        rangers = people_queries.squads()[0]
        squads.leave_squad(rangers, [people_queries.member("Ana")], from_day=ALWAYS, **told)
        cast.deliver(
            cast.deal("1", owner="ana", amount="1000", dates={"closed": date(2025, 3, 3)}),
            cast.deal("3", is_deleted=True),
            cast.deal("8", owner="budi", amount="5", dates={"closed": cast.TODAY},
                      texts={"currency": "EUR"}),
            cast.deal("9", owner="ana", texts={"status": "lost"}, dates={"closed": None}),
            moment=ELEVEN,
        )  # fmt: skip
    with scope.enter(office.organization):
        zul = people_queries.member("Zul").public_id
        matching.match(source_key="crm", key="ghost", member=zul, **told)
    with scope.enter(office.organization):
        made = entry_queries.entries(of=None, limit=1).entries[0]
        by = people_queries.member("Ana")
        entries.withdraw(made.public_id, by=by, moment=ELEVEN)
        again = EntryAsked("calls", by, cast.TODAY, Decimal(9), "Counted by hand")
        entries.enter(again, by=by, must_wait=True, today=cast.TODAY, moment=ELEVEN)


def shown(client: Client, office: Office, rest: str, **query: str) -> Document:
    return read(client.get(office.path(rest), query))


# --- Exact examples ---


def test_a_persons_page_has_the_numbers_and_the_place_of_then(
    admin: Client, acme: Office, ground: str
) -> None:
    corrected(acme, ground)
    address = f"people/{acme.members['ana'].public_id}/"

    def earned(page: Document) -> dict[str, str]:
        names = [each.text for each in page.find("th", scope="row")]
        values = [each.text.split()[0] for each in page.find("a", of="open-value")]
        return dict(zip(names, values, strict=True))

    then = shown(admin, acme, address, **THEN)
    now = shown(admin, acme, address)

    assert (earned(then)["Revenue won"], earned(now)["Revenue won"]) == ("$120", "$1,050")
    # A call was in the office's rows, five came since, and three were entered by hand.
    assert (earned(then)["Calls"], earned(now).get("Calls")) == ("9", None)
    assert "North › Alpha" in then.one(of="lead").text
    assert "South › Gamma" in now.one(of="lead").text
    facts = [page.one("dl", of="person-facts").text for page in (then, now)]
    assert ["Rangers" in each for each in facts] == [True, False]
    # Looking back nothing can be changed, and everything leads to the same moment.
    assert not then.find("a", of="stay-correct")
    links = [each.attributes["href"] for each in then.find("a", of="open-value")]
    assert links
    assert all("as_of=2025-03-10T10%3A30" in each for each in links)


def test_metrics_show_the_sums_and_rules_of_then(admin: Client, acme: Office, ground: str) -> None:
    corrected(acme, ground)

    def totals(page: Document) -> dict[str, str]:
        return dict(zip(page.texts("metric-name"), page.texts("metric-total-value"), strict=True))

    then, now = (totals(shown(admin, acme, "metrics/", **query)) for query in (THEN, {}))
    calls = f"metrics/{acme.metrics['calls']}/"

    assert (then["Revenue won"], now["Revenue won"]) == ("$307", "$1,147")
    assert (then["Calls"], now["Calls"]) == ("9", "0")
    assert ("Late" in then, "Late" in now) == (False, True)
    rules = [shown(admin, acme, calls, **query).one(of="rule-sentence", data_size="large").text
             for query in (THEN, {})]  # fmt: skip
    assert ["connected" in each for each in rules] == [False, True]
    # A metric nobody had defined has no page to look back at.
    with scope.enter(acme.organization):
        late = metric_queries.metric("late").public_id
    page = admin.get(acme.path(f"metrics/{late}/"), THEN).content.decode()
    assert "At that moment nobody had defined this metric." in page


def test_teams_squads_and_profiles_are_as_they_were_known(
    admin: Client, acme: Office, ground: str
) -> None:
    corrected(acme, ground)

    def tree(page: Document) -> dict[str, tuple[str, str]]:
        teams = page.find("a", role="treeitem")
        counts = [each.split()[0] for each in page.texts("tree-count")]
        return {
            each.attributes["data-name"]: (each.attributes["aria-level"], count)
            for each, count in zip(teams, counts, strict=True)
        }

    then, now = (tree(shown(admin, acme, "teams/", **query)) for query in (THEN, {}))

    assert (then["North"], now["North"]) == (("2", "5"), ("2", "3"))
    assert (then["South"], now["South"]) == (("2", "2"), ("2", "4"))
    for page in ("teams/squads/", "teams/profiles/"):
        said = [shown(admin, acme, page, **query).one(of="tile-what").text for query in (THEN, {})]
        assert said == ["1 person that day", "0 people today"], page


def test_targets_are_those_of_then(admin: Client, acme: Office, ground: str) -> None:
    corrected(acme, ground)
    then, now = (shown(admin, acme, "today/targets/", **query) for query in (THEN, {}))

    assert [page.one(of="target-lines").text.count("20") > 0 for page in (then, now)] == [
        True, False,
    ]  # fmt: skip
    assert "1 person" in then.one(of="targets-head").text
    assert not then.find("form", of="target-change")


def test_health_names_whom_nobody_knew_then(admin: Client, acme: Office, ground: str) -> None:
    corrected(acme, ground)
    then, now = (shown(admin, acme, "health/", **query) for query in (THEN, {}))

    assert [len(page.find("li", of="stranger")) for page in (then, now)] == [1, 0]
    assert then.one(of="stranger-totals").text.startswith("Revenue won $7 Deals won 1")
    # What was is not to be matched: who it is holds from now on.
    assert not then.find("form", of="stranger-match")
    kinds, today = (
        [each.text for each in shown(admin, acme, "health/records/", **query).find(
            of="coverage-kind")]
        for query in (THEN, {})
    )  # fmt: skip
    assert kinds == ["Activities all 6 are counted", "Deals all 6 are counted"]
    assert today != kinds
    foreign = [
        "1 record has its amount in EUR" in admin.get(acme.path("health/records/"), query)
        .content.decode()
        for query in (THEN, {})
    ]  # fmt: skip
    assert foreign == [False, True]


def test_an_entry_counts_as_it_did_then(admin: Client, acme: Office, ground: str) -> None:
    corrected(acme, ground)

    def pills(page: Document) -> list[str]:
        return page.texts("pill")

    assert pills(shown(admin, acme, "entries/", **THEN)) == ["Counted"]
    assert pills(shown(admin, acme, "entries/")) == ["Waiting", "Taken back"]
    assert pills(shown(admin, acme, "entries/", **THEN, state="counted")) == ["Counted"]
    assert not shown(admin, acme, "entries/", **THEN).find("form", of="entry-form")


def test_a_relative_period_is_counted_from_then(
    signed_in: SignedIn, acme: Office, time_machine: TimeMachineFixture
) -> None:
    """Looked at in April, “this month” of a Monday in March is March."""
    time_machine.move_to(cast.at("2025-04-15T12:00"), tick=False)
    board = signed_in("adi").get(acme.path("leaderboards/"), THEN).context["board"]

    assert (board.period.from_day, board.company) == (date(2025, 3, 1), Decimal("307.25"))


# --- Nothing leaks ---


def pages(office: Office) -> dict[str, str]:
    """Return every page that shows numbers, by name."""
    with scope.enter(office.organization):
        deal = ids.encode_public(Record.objects.get(external_id="1").id)
        squad = people_queries.squads()[0].public_id
    ana = office.members["ana"].public_id
    return {
        "leaderboards": "leaderboards/",
        "calls": "leaderboards/?metric=calls",
        "teams ranked": "leaderboards/?by=team",
        "branches": "leaderboards/?by=branch",
        "team board": f"leaderboards/?scope={office.teams['North'].public_id}",
        "evidence": f"leaderboards/records/?holder={ana}",
        "unassigned": "leaderboards/records/?holder=unassigned",
        "today": "today/",
        "team_now": "today/team/",
        "person": f"people/{ana}/",
        "people": "people/",
        "people_export": "people/export/",
        "teams": "teams/",
        "squads": "teams/squads/",
        "squad": f"teams/squads/{squad}/",
        "profiles": "teams/profiles/",
        "targets": "today/targets/",
        "metrics": "metrics/",
        "metric": f"metrics/{office.metrics['calls']}/",
        "health": "health/",
        "health_records": "health/records/",
        "health_uncounted": "health/records/deal/",
        "entries": "entries/",
        "record": f"records/{deal}/",
        "unassigned by reason": "records/unassigned/",
    }


# What is of the asking rather than of what was asked for.
_OWN = re.compile(r'csrfmiddlewaretoken" value="[^"]*"|X-CSRFToken": "[^"]*"|data-csrf="[^"]*"')


def whole(response: Any) -> bytes:
    return b"".join(response) if response.streaming else bytes(response.content)


def asked_then(client: Client, office: Office, address: str) -> str:
    mark = "&" if "?" in address else "?"
    response = client.get(office.path(f"{address}{mark}as_of=2025-03-10T10:30"))
    assert response.status_code == 200, address
    return _OWN.sub("", whole(response).decode())


@pytest.mark.parametrize("who", ["adi", "ana"])
def test_no_later_correction_leaks_into_a_page_of_the_past(
    signed_in: SignedIn, acme: Office, ground: str, who: str
) -> None:
    client = signed_in(who)
    every = {
        name: address
        for name, address in pages(acme).items()
        if client.get(acme.path(address)).status_code == 200
    }
    assert len(every) == (25 if who == "adi" else 10)
    before = {name: asked_then(client, acme, address) for name, address in every.items()}

    corrected(acme, ground)

    after = {name: asked_then(client, acme, address) for name, address in every.items()}
    leaks = {
        name: [line for line in ndiff(before[name].splitlines(), after[name].splitlines())
               if line[:2] in ("- ", "+ ")]
        for name in every if before[name] != after[name]
    }  # fmt: skip
    assert leaks == {}


_PARTS = {"health_records", "people_export"}


def test_each_page_of_the_past_says_so_leads_back_and_stands_still(
    admin: Client, acme: Office, ground: str
) -> None:
    for name, address in pages(acme).items():
        if name in _PARTS:
            continue
        body = asked_then(admin, acme, address)
        page = read(admin.get(acme.path(address), THEN)) if "?" not in address else None
        assert "You are looking at how it was known on" in body, name
        assert "Back to now" in body, name
        assert "data-live-topic" not in body, name
        if page is not None:
            back = [each for each in page.find("a") if each.text == "Back to now"]
            assert [each.attributes["href"] for each in back] == [acme.path(address)], name


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2031-01-01T00:00", "That moment has not come yet, so you see how it stands now."),
        ("yesterday-ish", "That moment could not be read, so you see how it stands now."),
    ],
)
def test_a_moment_that_cannot_be_shown_is_refused_softly(
    admin: Client, acme: Office, ground: str, text: str, sentence: str
) -> None:
    for name, address in pages(acme).items():
        if name in _PARTS or "?" in address:
            continue
        response = admin.get(acme.path(address), {"as_of": text})
        assert response.status_code == 200, name
        assert sentence in response.content.decode(), name
