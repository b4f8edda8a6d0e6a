"""standings, explain, metrics, verify, recount: exact numbers, on a terminal and as JSON."""

from pathlib import Path

import pytest
from time_machine import TimeMachineFixture

from juara.core import db
from juara.core.calendar import ALWAYS, FiscalYear
from juara.ledger import periods
from juara.metrics.catalogue import CATALOGUE
from juara.people import operations as people
from juara.people.models import Member
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tests import cast
from tests.cli.calling import juara, refusal, report
from tests.cli.conftest import rows_in
from tests.flows import exports

# What is worked out from other metrics has no numbers of its own.
COUNTING = sum("kinds" in each["definition"] for each in CATALOGUE)

MARCH = ("--period", "2025-03")

SIGNED = """
[[metric]]
key = "deals_signed"
name = "Deals signed"

[metric.definition]
aggregation = "count"
kinds = ["deal"]
where = { all = [{ field = "status", operator = "equals", value = "won" }] }
date = "closed"
credit = [{ role = "closer", field = "owner" }, { role = "opener", field = "creator" }]
"""


def ranked(body: dict[str, object]) -> list[tuple[object, ...]]:
    rows = body["rows"]
    assert isinstance(rows, list)
    return [(row["rank"], row["name"], row["team"], row["value"]) for row in rows]


# Standings.


def test_standings_rank_people_and_name_those_without_data(sales: Organization) -> None:
    body = report("standings", "revenue_won", *MARCH)

    assert ranked(body) == [(1, "Ana", "North", "170")]
    assert [(row["name"], row["team"]) for row in body["without_data"]] == [
        ("Bob", "South"), ("Cyd", "South"),
    ]  # fmt: skip
    assert (body["unassigned"], body["total"]) == ("42.5", "212.5")
    assert body["period"] == {
        "key": "2025-03", "from_day": "2025-03-01", "until_day": "2025-04-01",
    }  # fmt: skip
    assert (body["by"], body["in"], body["role"], body["as_of"]) == ("member", "Acme", None, None)
    assert body["freshness"] == {
        "as_of": "2025-03-10T09:00:00+00:00", "source_lag_seconds": 0, "rows_waiting": 0,
        "unassigned_records": 1,
    }  # fmt: skip
    with scope.enter(sales):
        assert body["rows"][0]["id"] == Member.objects.get(name="Ana").public_id


def test_standings_and_explain_take_fiscal_periods(sales: Organization) -> None:
    with scope.enter(sales):
        periods.change_fiscal_year(
            FiscalYear(start_month=3), from_day=ALWAYS, moment=cast.NOW, actor=cast.ACTOR
        )

    body = report("standings", "revenue_won", "--period", "FY2026-P01")

    assert body["period"] == {
        "key": "FY2026-P01", "from_day": "2025-03-01", "until_day": "2025-04-01",
    }  # fmt: skip
    assert ranked(body) == [(1, "Ana", "North", "170")]
    quarter = report("explain", "revenue_won", "--member", "Ana", "--period", "FY2026-Q1")
    assert (quarter["period"], quarter["value"]) == ("FY2026-Q1", "170")


def test_standings_are_a_table_on_a_terminal(sales: Organization) -> None:
    assert juara("standings", "revenue_won", *MARCH).lines == [
        "Revenue won, Acme, 2025-03",
        "   name  team     value",
        "1  Ana   North     $170",
        "   Bob   South  no data",
        "   Cyd   South  no data",
        "Unassigned: $43 from 1 record (juara explain revenue_won --member unassigned --period "
        "2025-03).",
        "Total: $213",
    ]


def test_standings_by_team_and_branch(acme: Organization, tmp_path: Path) -> None:
    with scope.enter(acme):
        cast.member("Ana", "West", "North")
        cast.member("Bob", "West", "South")
        cast.member("Cyd", "East")
    deals = exports.deals(tmp_path, ("D1", "ana", 3), ("D2", "bob", 2), ("D3", "cyd", 4))
    juara("import", deals, "--mapping", exports.mapping(tmp_path))

    assert ranked(report("standings", "revenue_won", *MARCH, "--by", "team")) == [
        (1, "East", "Acme", "4"), (2, "North", "West", "3"), (3, "South", "West", "2"),
    ]  # fmt: skip
    assert ranked(report("standings", "revenue_won", *MARCH, "--by", "branch")) == [
        (1, "West", "Acme", "5"), (2, "East", "Acme", "4"),
    ]  # fmt: skip
    inside = report("standings", "revenue_won", *MARCH, "--in", "West", "--by", "branch")
    assert (ranked(inside), inside["in"], inside["total"]) == (
        [(1, "North", "West", "3"), (2, "South", "West", "2")], "West", "5",
    )  # fmt: skip


def test_a_ratio_divides_once_and_does_not_add_up(sales: Organization) -> None:
    body = report("standings", "win_rate", *MARCH)

    assert ranked(body) == [(1, "Ana", "North", "1"), (2, "Bob", "South", "0")]
    assert (body["is_additive"], body["unassigned"], body["total"]) == (False, None, "0.75")
    assert juara("standings", "win_rate", *MARCH).lines[-1] == "Acme: 75.0%"


def test_a_role_can_be_asked_for(sales: Organization, tmp_path: Path) -> None:
    (tmp_path / "signed.toml").write_text(SIGNED)
    juara("metrics", "apply", tmp_path / "signed.toml")

    assert ranked(report("standings", "deals_signed", *MARCH)) == [(1, "Ana", "North", "2")]
    opened = report("standings", "deals_signed", *MARCH, "--role", "opener")
    assert (opened["role"], opened["rows"], opened["total"]) == ("opener", [], "3")
    assert refusal("standings", "deals_signed", "--role", "owner") == (
        "“deals_signed” credits closer, opener, not “owner”."
    )


def test_the_past_is_shown_as_it_was_known(
    sales: Organization, tmp_path: Path, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(cast.at("2025-03-11T09:00"), tick=False)
    corrected = exports.deals(tmp_path, ("D1", "ana", 1))
    juara("import", corrected, "--mapping", exports.mapping(tmp_path))

    now = report("standings", "revenue_won", *MARCH)
    then = report("standings", "revenue_won", *MARCH, "--as-of", "2025-03-10T23:00")

    assert (ranked(now), ranked(then)) == (
        [(1, "Ana", "North", "71")], [(1, "Ana", "North", "170")],
    )  # fmt: skip
    assert (now["as_of"], then["as_of"]) == (None, "2025-03-10T23:00:00+00:00")
    explained = report(
        "explain", "revenue_won", "--member", "Ana", *MARCH, "--as-of", "2025-03-10T23:00"
    )
    assert explained["value"] == "170"
    before = report("standings", "revenue_won", *MARCH, "--as-of", "2025-03-10T15:00+07:00")
    assert (before["rows"], before["total"]) == ([], "0")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["luck"], "There is no metric “luck”. There are: calls, "),
        (["calls", "--period", "someday"], "“someday” is not a period. Write a day (2017-10-05)"),
        (["calls", "--by", "height"], "A board is by member, team, branch, not by “height”."),
        (["calls", "--in", "Mars"], "There is no team “Mars”. Use the name or the id."),
        (["calls", "--as-of", "then"], "“then” is not a moment. Write 2026-11-23T14:02."),
    ],
)
def test_standings_that_cannot_be_made_are_refused(
    acme: Organization, arguments: list[str], sentence: str
) -> None:
    assert refusal("standings", *arguments).startswith(sentence)


# Explanations.


def test_an_explanation_names_every_record_behind_a_number(sales: Organization) -> None:
    body = report("explain", "revenue_won", "--member", "ana", *MARCH)

    assert (body["holder"], body["value"], body["period"]) == ("Ana", "170", "2025-03")
    (part,) = body["parts"]
    assert part["credits"][1] == {
        "day": "2025-03-03", "occurred_at": None, "value": "100", "reason": "", "owner": "ana",
        "record": {
            "source": "crm", "kind": "deal", "id": "D1", "name": "Deal D1", "account": "",
            "status": "won", "amount": "100", "currency": "", "url": "", "is_deleted": False,
        },
    }  # fmt: skip
    assert [each["record"]["id"] for each in part["credits"]] == ["D2", "D1"]


def test_a_difference_names_what_happened_between_two_moments(
    sales: Organization, tmp_path: Path, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(cast.at("2025-03-11T09:00"), tick=False)
    corrected = exports.deals(tmp_path, ("D1", "ana", 1))
    juara("import", corrected, "--mapping", exports.mapping(tmp_path))

    asked = ("explain", "revenue_won", "--member", "Ana", *MARCH)
    body = report(*asked, "--between", "2025-03-10T23:00", "now")

    assert (body["before"], body["after"], body["change"]) == ("170", "71", "-99")
    (line,) = body["lines"]
    assert (line["record"]["id"], line["change"]) == ("D1", "-99")
    assert line["causes"] == [{
        "kind": "corrected", "owner": "", "member_before": None, "member_after": None,
        "changes": [{"field": "amount", "before": "100", "after": "1"}],
    }]  # fmt: skip
    shown = juara(*asked, "--between", "2025-03-10T23:00", "now").lines
    assert shown[-1] == "$170 → $71: 1 record"
    nothing = report(*asked, "--between", "2025-03-10T22:00", "2025-03-10T23:00")
    assert (nothing["change"], nothing["lines"]) == ("0", [])


def test_an_explanation_of_a_ratio_has_both_its_parts(sales: Organization) -> None:
    body = report("explain", "win_rate", "--member", "Bob", *MARCH)

    assert (body["value"], body["metric"]["unit"]) == ("0", "percent")
    assert [
        (part["metric"], part["value"], [each["record"]["id"] for each in part["credits"]])
        for part in body["parts"]
    ] == [("deals_won", "0", []), ("deals_closed", "1", ["D3"])]
    assert juara("explain", "win_rate", "--member", "Bob", *MARCH).lines == [
        "Deals won: no records",
        "Deals closed: 1 from 1 record",
        "record  day         name     account  value",
        "D3      2025-03-04  Deal D3               1",
        "Win rate of Bob, 2025-03: 0.0%",
    ]


def test_an_explanation_tells_what_nobody_earned_and_why(sales: Organization) -> None:
    body = report("explain", "revenue_won", "--member", "unassigned", *MARCH)

    assert (body["holder"], body["value"]) == ("unassigned", "42.5")
    (credit,) = body["parts"][0]["credits"]
    assert (credit["owner"], credit["reason"], credit["record"]["id"]) == (
        "zed", "owner_unknown", "D4",
    )  # fmt: skip
    assert juara("explain", "revenue_won", "--member", "unassigned", *MARCH).lines == [
        "Revenue won: $43 from 1 record",
        "record  day         name     owner  value",
        "D4      2025-03-03  Deal D4  zed      $43",
        "Revenue won of unassigned, 2025-03: $43",
    ]


def test_of_two_people_with_one_name_neither_is_explained_for_the_other(
    sales: Organization,
) -> None:
    with scope.enter(sales):
        twin = people.ensure_member(
            name="Ana", email="ana@example.com", moment=cast.NOW, actor=cast.ACTOR
        )

    assert refusal("explain", "revenue_won", "--member", "Ana") == (
        "Several people are called “Ana”. Use the e-mail address or the id."
    )
    assert report("explain", "revenue_won", "--member", twin.public_id, *MARCH)["value"] == "0"


# Metrics.


def test_metrics_are_listed_with_the_roles_they_credit(acme: Organization) -> None:
    found = {each["key"]: each for each in report("metrics")["metrics"]}

    assert found["revenue_won"] == {
        "key": "revenue_won", "name": "Revenue won", "unit": "currency", "aggregation": "sum",
        "roles": ["owner"], "description": "Amount of won deals by the day they closed.",
    }  # fmt: skip
    assert (found["win_rate"]["aggregation"], found["win_rate"]["roles"]) == ("ratio", [])


def test_metrics_of_a_file_are_defined_and_credit_the_past(
    sales: Organization, tmp_path: Path
) -> None:
    (tmp_path / "signed.toml").write_text(SIGNED)

    assert report("metrics", "apply", tmp_path / "signed.toml")["changed"] == ["deals_signed"]
    assert report("standings", "deals_signed", *MARCH)["total"] == "3"
    assert report("metrics", "apply", tmp_path / "signed.toml")["changed"] == []
    assert report("verify")["is_sound"]


def test_a_changed_rule_can_hold_from_a_day_on(sales: Organization, tmp_path: Path) -> None:
    (tmp_path / "signed.toml").write_text(SIGNED)
    juara("metrics", "apply", tmp_path / "signed.toml")
    (tmp_path / "signed.toml").write_text(SIGNED.replace('value = "won"', 'value = "lost"'))

    juara("metrics", "apply", tmp_path / "signed.toml", "--from", "2025-03-04")

    # D1 and D4 were won on the 3rd, D3 was lost on the 4th; D2, won on the 4th, counts no more.
    assert ranked(report("standings", "deals_signed", *MARCH)) == [
        (1, "Ana", "North", "1"), (1, "Bob", "South", "1"),
    ]  # fmt: skip
    assert report("verify")["is_sound"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The file has no [[metric]] tables."),
        ("metric = [", "The file is not TOML:"),
        ("[[metric]]\nkey = 'x'\n", "[[metric]] 1: lacks definition, name."),
        (SIGNED.replace('"closed"', '"someday"'), "[[metric]] 1 (deals_signed): date: choose"),
        (SIGNED.replace("[metric.def", "decimals = 'two'\n[metric.def"), "[[metric]] 1: decimals"),
        (SIGNED.replace('"Deals signed"', "7"), "[[metric]] 1: name"),
        (SIGNED.replace("[metric.def", "decimals = 9\n[metric.def"), "[[metric]] 1: decimals"),
        (SIGNED.replace("[metric.def", "unit = 'miles'\n[metric.def"), "[[metric]] 1 (deals"),
        (SIGNED.replace("[metric.def", "colour = 'red'\n[metric.def"), "[[metric]] 1: does not"),
        (SIGNED + SIGNED.replace('"closed"', '"someday"'), "[[metric]] 2 (deals_signed): date"),
    ],
)
def test_a_file_of_metrics_with_a_mistake_changes_nothing(
    acme: Organization, tmp_path: Path, text: str, sentence: str
) -> None:
    (tmp_path / "metrics.toml").write_text(text)
    before = rows_in("metric", acme), rows_in("metric_version", acme), rows_in("batch", acme)

    assert refusal("metrics", "apply", tmp_path / "metrics.toml").startswith(sentence)
    assert (
        rows_in("metric", acme), rows_in("metric_version", acme), rows_in("batch", acme),
    ) == before  # fmt: skip


def test_a_file_of_metrics_that_is_no_text_is_refused(acme: Organization, tmp_path: Path) -> None:
    (tmp_path / "metrics.toml").write_bytes(bytes(range(256)))

    assert refusal("metrics", "apply", tmp_path / "metrics.toml") == (
        "metrics.toml is not UTF-8 text."
    )


def test_a_first_day_that_is_none_is_refused(acme: Organization, tmp_path: Path) -> None:
    (tmp_path / "signed.toml").write_text(SIGNED)

    assert refusal("metrics", "apply", tmp_path / "signed.toml", "--from", "soon") == (
        "“soon” is not a day like 2017-10-05."
    )


# Proof.


def damage(organization: Organization, sql: str) -> None:
    with scope.enter(organization):
        assert db.execute(sql) == 1


def test_verify_finds_a_damaged_tally_and_recount_mends_it(sales: Organization) -> None:
    sound = report("verify")
    assert sound == {
        "kind": "verification", "is_sound": True, "records": 4, "credits": 16, "tallies": 27,
        "differences": [],
    }  # fmt: skip

    damage(
        sales,
        "UPDATE tally SET total = total + 1 WHERE grain = 'd' AND from_day = '2025-03-04'"
        " AND metric_id = (SELECT id FROM metric WHERE key = 'revenue_won')",
    )

    found = report("verify", code=1)
    (difference,) = found["differences"]
    assert not found["is_sound"]
    assert (difference["table"], difference["metric"], difference["problem"]) == (
        "tally", "revenue_won", "different",
    )  # fmt: skip
    assert (difference["count"], difference["sample"]) == (1, "2025-03-04, Ana, North")
    assert difference["is_mended_by_recount"]
    told = juara("verify")
    assert told.code == 1
    assert told.lines[0].startswith("tally of revenue_won: 1 different, for example 2025-03-04")
    assert told.lines[1] == (
        "4 records, 16 credits, 27 tallies: they differ; juara recount mends it."
    )

    mended = report("recount")
    assert mended == {
        "kind": "recount", "metrics": COUNTING, "is_resumed": False, "credits_made": 0,
        "credits_ended": 0, "tallies": 27,
    }  # fmt: skip
    assert report("verify") == sound


def test_verify_finds_a_damaged_credit_and_recount_mends_it(sales: Organization) -> None:
    damage(
        sales,
        "UPDATE credit SET value = 99 WHERE value = 100"
        " AND metric_id = (SELECT id FROM metric WHERE key = 'revenue_won')",
    )

    found = report("verify", code=1)["differences"]
    assert [(each["table"], each["metric"], each["problem"]) for each in found] == [
        ("credit", "revenue_won", "missing"),
        ("credit", "revenue_won", "surplus"),
        ("tally", "revenue_won", "different"),
        ("tally", "revenue_won", "different"),
    ]

    report("recount")
    assert report("verify")["is_sound"]
    assert report("standings", "revenue_won", *MARCH)["total"] == "212.5"


def test_verify_says_apart_what_differs_and_what_could_not_be_compared(
    sales: Organization,
) -> None:
    assert juara("verify").code == 0

    damage(sales, "UPDATE ledger_position SET batch = 999")
    assert juara("verify").code == 1

    nobody = juara("verify", "--organization", "nobody")
    assert (nobody.code, nobody.out) == (2, "")
    assert nobody.err.startswith("There is no organization “nobody”.")
    assert juara("verify", "--nonsense").code == 2


def test_a_recount_of_a_metric_nobody_knows_is_refused(sales: Organization) -> None:
    assert refusal("recount", "--metric", "luck").startswith("There is no metric “luck”.")


# What comes from files can do nothing to a terminal.


def test_names_are_shown_as_they_are_and_steer_nothing(acme: Organization, tmp_path: Path) -> None:
    evil = "[red]=1+1[/red] :smile: \x1b[31mx\x9b2J"
    with scope.enter(acme):
        cast.member("Ana", "North")
        Member.objects.update(name=evil)
    juara(
        "import", exports.deals(tmp_path, ("D1", "ana", 3)), "--mapping", exports.mapping(tmp_path)
    )

    shown = juara("standings", "revenue_won", *MARCH)

    assert "1  [red]=1+1[/red] :smile: [31mx2J  North     $3" in shown.lines
    assert report("standings", "revenue_won", *MARCH)["rows"][0]["name"] == evil
    raw = juara("standings", "revenue_won", *MARCH, "--format", "json").out
    assert "\x1b" not in raw
