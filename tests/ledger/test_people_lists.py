"""Lists of people: how they are understood, what each row would do, and what storing does."""

from datetime import date
from decimal import Decimal

import pytest

from juara.audit.models import AuditEntry
from juara.core.calendar import ALWAYS
from juara.core.errors import ConflictError, DomainError
from juara.leaderboards import queries as boards
from juara.leaderboards.queries import Asked
from juara.ledger import people_lists
from juara.ledger.people_lists import Checked, CheckedRow, Stored
from juara.metrics import operations as metrics
from juara.people import calendar_operations, calendars, queries
from juara.people import operations as people
from juara.people.calendar_types import Pattern
from juara.people.lists import Tree
from juara.people.models import Assignment, JobProfile, Member, Team
from juara.tenancy import knowledge
from juara.tenancy.models import Organization
from tests import cast
from tests.web.office import seated


def check(text: str, **changes: date) -> Checked:
    return people_lists.check(people_lists.of_text(text), moment=cast.NOW, **changes)


def store(text: str, **changes: date) -> Stored:
    return people_lists.store(text, moment=cast.NOW, actor=cast.ACTOR, **changes)


def outcomes(text: str) -> list[tuple[str, str, str]]:
    return [(row.outcome, row.name, row.email) for row in check(text).rows]


def only(text: str) -> CheckedRow:
    """Return the one row of a list."""
    (row,) = check(text).rows
    return row


def meanings(text: str) -> list[tuple[str, str]]:
    return [(each.meaning, each.header) for each in check(text).columns]


def where(name: str) -> tuple[str, date]:
    """Return somebody's team as a list writes it, and since when."""
    place = people.place_on(Member.objects.get(name=name), cast.TODAY)
    assert place is not None
    return Tree.on(cast.TODAY).label(place.team_id), place.valid_from


def counts() -> tuple[int, int, int, int, int]:
    return (
        Member.objects.count(), Team.objects.count(), Assignment.objects.count(),
        JobProfile.objects.count(), knowledge.last_number(),
    )  # fmt: skip


# Dividing a list.


@pytest.mark.parametrize(
    "text",
    [
        "Ana\nBudi Santoso",
        "Ana\r\n\r\nBudi Santoso\r\n",
        "\ufeffName\nAna\nBudi Santoso\n",
        "Nama\nAna\n\n\nBudi Santoso",
        "  Ana  \n\tBudi   Santoso",
    ],
)
def test_names_alone_are_enough(inside: Organization, text: str) -> None:
    assert outcomes(text) == [("new", "Ana", ""), ("new", "Budi Santoso", "")]


@pytest.mark.parametrize(
    "text",
    [
        "Ana Putri,ana@example.com",
        "Ana Putri; ANA@example.com",
        "Ana Putri\tana@example.com",
        "ana@example.com|Ana Putri",
        "Ana Putri <ana@example.com>",
        "Ana Putri ana@example.com",
        '"Ana Putri" <ana@example.com>;',
        "E-Mail;Nama Lengkap\nana@example.com;Ana Putri",
        "Nama Depan,Nama Belakang,Surel\nAna,Putri,ana@example.com",
        "ana.putri@example.com".replace("ana.putri", "ana") + ",Ana Putri",
    ],
)
def test_names_and_addresses_are_told_apart_however_they_stand(
    inside: Organization, text: str
) -> None:
    assert outcomes(text) == [("new", "Ana Putri", "ana@example.com")]


def test_a_line_of_addresses_as_mail_programs_copy_it_is_several_people(
    inside: Organization,
) -> None:
    text = "Ana Putri <ana@example.com>; Budi <budi@example.com>, citra.dewi@example.com"

    assert outcomes(text) == [
        ("new", "Ana Putri", "ana@example.com"),
        ("new", "Budi", "budi@example.com"),
        ("new", "Citra Dewi", "citra.dewi@example.com"),
    ]


def test_columns_are_known_by_english_and_indonesian_headers(inside: Organization) -> None:
    english = "Name,E-mail,Team,Role,Manager,Job profile,Time zone,Start date,Shoe size\nA,,,,,,,,"
    indonesian = (
        "Nama;Surel;Tim;Peran;Atasan;Jabatan;Zona Waktu;Tanggal Mulai;Ukuran sepatu\nA;;;;;;;;"
    )
    understood = ["name", "email", "team", "role", "manager", "profile", "zone", "starts_on", ""]

    for text in (english, indonesian):
        assert [meaning for meaning, _header in meanings(text)] == understood


def test_columns_without_a_header_are_known_by_what_stands_in_them(inside: Organization) -> None:
    cast.team("North", "Alpha")
    text = "2025-01-02\tAna\tAlpha\tAsia/Jakarta\tana@example.com\tmanajer"

    assert meanings(text) == [
        ("starts_on", ""), ("name", ""), ("team", ""), ("zone", ""), ("email", ""), ("role", ""),
    ]  # fmt: skip


def test_a_list_sent_back_is_divided_into_the_same_rows(inside: Organization) -> None:
    text = 'Name,Team\n"Putri, Ana",North\n\n\nBudi "Bud" S.,\n=SUM(A1),x\n'
    table = people_lists.of_text(text)

    assert people_lists.of_text(people_lists.text_of(table)) == table
    assert [row.number for row in table.rows] == [1, 2, 5, 6]


# Hostile lists.


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "people.empty"),
        (" \n\t\n", "people.empty"),
        ("Name,E-mail", "people.empty"),
        ("Ana\x00", "people.not_text"),
        ("12\n13", "people.no_names"),
        ("Ana\n" * 100_000, "people.too_many"),
        ("\n".join(f"Rep {number}" for number in range(5_002)), "people.too_many"),
    ],
)
def test_what_is_no_list_of_people_is_refused_with_nothing_stored(
    inside: Organization, text: str, code: str
) -> None:
    for attempt in (check, store):
        with pytest.raises(DomainError) as refusal:
            attempt(text)
        assert refusal.value.code == code

    assert Member.objects.count() == 0


def test_a_line_of_a_megabyte_is_one_bad_row(inside: Organization) -> None:
    checked = check("Ana\n" + "x" * 1_000_000 + "\nBudi")

    assert [row.outcome for row in checked.rows] == ["new", "problem", "new"]
    assert checked.rows[1].problem == (
        "A cell of this row is far too long for a list of people. Shorten it."
    )
    # What goes to the page and back is cut, and stays as bad.
    assert len(checked.text) < 1_000
    assert [row.outcome for row in check(checked.text).rows] == ["new", "problem", "new"]


@pytest.mark.parametrize(
    ("content", "names"),
    [
        ("Nama;Surel\nZoë;zoe@example.com\n".encode("utf-16"), ["Zoë"]),
        ("Nama;Surel\nZoë;zoe@example.com\n".encode("cp1252"), ["Zoë"]),
        ("\ufeffNama;Surel\nZoë;zoe@example.com\n".encode(), ["Zoë"]),
        (b"sep=;\r\nName;E-mail\r\nZoe;zoe@example.com\r\n", ["Zoe"]),
        (b"Zoe,zoe@example.com\nBudi,\n", ["Zoe", "Budi"]),
    ],
)
def test_a_file_is_read_however_it_is_written(
    inside: Organization, content: bytes, names: list[str]
) -> None:
    table = people_lists.of_file(content, name="../../people.csv")

    assert [row.name for row in people_lists.check(table, moment=cast.NOW).rows] == names


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", b"\x89PNG\r\n", b"PK\x03\x04 broken", b"\x00\x01" * 400]
)
def test_a_file_that_is_no_table_is_refused(inside: Organization, content: bytes) -> None:
    with pytest.raises(DomainError):
        people_lists.check(people_lists.of_file(content, name="people.xlsx"), moment=cast.NOW)


# What each row would do.


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Name,E-mail\n,\nx,", None),
        ("Name,E-mail\nAna,ana@@example", "“ana@@example” is not an e-mail address. Correct it, "
         "or leave it empty."),
        ("Name,Role\nAna,king", "“king” is not a role. Write sales rep, manager, executive or "
         "administrator."),
        ("Name,Time zone\nAna,Mars/Olympus", "“Mars/Olympus” is not a time zone. Write one like "
         "Asia/Jakarta."),
        ("Name,Start date\nAna,soon", "“soon” is not a day. Write it like 2024-03-31."),
        ("Name,Start date\nAna,03/04/2024", "“03/04/2024” can be read in two ways. Write the day "
         "like 2024-03-04."),
        ("Name,Manager\nAna,Nobody", "There is no manager “Nobody”, neither here nor in the "
         "list."),
        ("Name,Manager\nAna,Ana", "Nobody reports to themselves. Name another manager."),
        ("Name,Team\nAna,Gamma", "There are several teams “Gamma”. Write its path, as in North > "
         "Alpha."),
        ("Name,E-mail\nZul,mira@example.com", "mira@example.com is the address of Mira. Correct "
         "the address or the name."),
        ("Twin", "Several people are called Twin. Add the e-mail address of the one you mean."),
        ("x" * 121, "The name is longer than 120 characters. Shorten it."),
    ],
)  # fmt: skip
def test_a_bad_row_says_how_to_mend_it(
    inside: Organization, text: str, problem: str | None
) -> None:
    cast.member("Mira", "North", email="mira@example.com", role="manager")
    cast.member("Zul", "North", email="zul@example.com")
    cast.team("North", "Gamma")
    cast.team("South", "Gamma")
    for address in ("one@example.com", "two@example.com"):
        cast.member("Twin", "North", email=address)
    before = counts()

    problems = [row.problem for row in check(text).rows if row.outcome == "problem"]

    assert problems == ([problem] if problem else [])
    store(text)
    if problem:
        assert counts()[:4] == before[:4]


def test_days_that_can_be_read_in_one_way_decide_the_others(inside: Organization) -> None:
    text = "Name,Start date\nAna,03/04/2024\nBudi,31/12/2023\nCitra,5 Mei 2024\nDewi,2024-06-07"

    days = [row.intended.from_day for row in check(text).rows if row.intended]

    assert days == [date(2024, 4, 3), date(2023, 12, 31), date(2024, 5, 5), date(2024, 6, 7)]


def test_somebody_who_stands_twice_goes_in_once(inside: Organization) -> None:
    text = "Ana,ana@example.com\nBudi,\nAnna,ANA@example.com\nbudi,"

    assert [row.outcome for row in check(text).rows] == ["new", "new", "repeated", "repeated"]
    assert store(text) == Stored(
        added=tuple(Member.objects.order_by("id").values_list("public_id", flat=True)),
        changed=0, same=0, left_out=2,
    )  # fmt: skip
    assert [each.name for each in queries.members().values()] == ["Ana", "Budi"]


def test_two_people_of_one_name_are_two_where_the_addresses_say_so(inside: Organization) -> None:
    cast.member("Ana", "North", email="ana@example.com")
    row = only("Ana,ana.two@example.com")

    assert row.outcome == "new"
    assert row.remark == "Somebody called Ana is here already, with another address."


def test_whoever_the_crm_named_without_an_address_is_given_one(inside: Organization) -> None:
    zul = cast.member("Zul", "South")
    row = only("zul,zul@example.com")

    assert row.outcome == "change"
    assert [(each.what, each.before, each.after) for each in row.changes] == [
        ("Name", "Zul", "zul"), ("E-mail", "", "zul@example.com"),
    ]  # fmt: skip
    store("Zul,zul@example.com")
    zul.refresh_from_db()
    assert (Member.objects.count(), zul.email) == (1, "zul@example.com")


# Storing.


def test_new_people_are_here_since_always_unless_a_day_is_given(inside: Organization) -> None:
    stored = store(
        "Name,E-mail,Team,Role,Job profile,Time zone,Start date,Manager\n"
        "Mira,mira@example.com,North,Manager,,,,\n"
        "Ana,ana@example.com,North > Alpha,,Closer,Asia/Jakarta,2025-02-01,mira@example.com\n"
        "Budi,,,,,,,Mira\n"
    )

    assert (len(stored.added), stored.changed, stored.left_out) == (3, 0, 0)
    assert where("Mira") == ("North", ALWAYS)
    assert where("Ana") == ("North > Alpha", date(2025, 2, 1))
    assert where("Budi") == ("Acme", ALWAYS)
    ana = people.place_on(Member.objects.get(name="Ana"), cast.TODAY)
    budi = people.place_on(Member.objects.get(name="Budi"), cast.TODAY)
    assert ana is not None
    assert budi is not None
    assert (ana.zone, ana.profile.name, ana.manager.name) == ("Asia/Jakarta", "Closer", "Mira")  # type: ignore[union-attr]
    assert (budi.zone, budi.profile, budi.manager.name) == ("UTC", None, "Mira")  # type: ignore[union-attr]
    assert Member.objects.get(name="Mira").role == "manager"


def test_a_whole_list_is_one_batch(inside: Organization) -> None:
    cast.member("Zul", "South")
    before = knowledge.last_number()
    store("Name,Team,Job profile\nAna,North > Alpha,Closer\nBudi,East,Hunter\nZul,North,Closer")

    assert knowledge.last_number() == before + 1
    assert {each.name for each in Team.objects.all()} == {
        "Company", "South", "North", "Alpha", "East",
    }  # fmt: skip


def test_a_list_stored_again_changes_nothing(inside: Organization) -> None:
    text = "Name,E-mail,Team,Role,Job profile\nAna,a@example.com,North,manager,Closer\nBudi,,,,"
    store(text)
    before = counts(), AuditEntry.objects.count()

    assert [row.outcome for row in check(text).rows] == ["same", "same"]
    assert store(text) == Stored(added=(), changed=0, same=2, left_out=0)
    assert (counts(), AuditEntry.objects.count()) == before


def test_somebody_known_moves_from_today_and_their_past_stays(inside: Organization) -> None:
    ana = cast.member("Ana", "North", email="ana@example.com")
    row = only("Name,Team\nAna,South")

    assert [(each.what, each.before, each.after) for each in row.changes] == [
        ("Team", "North", "South"), ("From", "", "Mar 10, 2025"),
    ]  # fmt: skip
    store("Name,Team\nAna,South")
    assert where("Ana") == ("South", cast.TODAY)
    before = people.place_on(ana, date(2025, 3, 9))
    assert before is not None
    assert before.team.name == "North"


def test_the_day_from_which_places_change_can_be_chosen(inside: Organization) -> None:
    cast.member("Ana", "North")
    store("Name,Team\nAna,South", from_day=date(2025, 1, 1))

    assert where("Ana") == ("South", date(2025, 1, 1))


def test_a_start_date_never_takes_days_from_an_earlier_place(inside: Organization) -> None:
    ana = cast.member("Ana", "North", from_day=date(2024, 6, 1))
    people.place(
        ana, team=cast.team("South"), from_day=date(2025, 1, 1), moment=cast.NOW, actor=cast.ACTOR
    )
    text = "Name,Team,Start date\nAna,East,2024-01-15"
    row = only(text)

    assert [(each.what, each.before, each.after) for each in row.changes] == [
        ("Team", "South", "East"),
        ("From", "", "Mar 10, 2025"),
        ("Start date", "Jun 1, 2024", "Jan 15, 2024"),
    ]
    store(text)
    spans = [
        (each.from_day, queries.teams()[each.team_id].name) for each in queries.places_of(ana.id)
    ]
    assert spans == [
        (date(2024, 1, 15), "North"),
        (date(2024, 6, 1), "North"),
        (date(2025, 1, 1), "South"),
        (cast.TODAY, "East"),
    ]


def test_a_later_start_date_of_the_same_place_is_left_with_a_word(inside: Organization) -> None:
    cast.member("Ana", "North")
    row = only("Name,Team,Start date\nAna,North,2025-02-01")

    assert (row.outcome, row.remark) == (
        "same", "The start date is left as it is: here since always.",
    )  # fmt: skip


def test_whom_the_records_name_by_address_is_credited_when_added(inside: Organization) -> None:
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)
    cast.member("Eka", "North")
    cast.deliver(cast.deal("1", owner="ana@example.com", amount="70"))
    asked = Asked(metric="revenue_won", period="2025-03", by="member", team="", as_of=None)
    assert boards.board(asked, now=cast.NOW).unassigned == Decimal(70)

    store("Ana,Ana@example.com,North")

    board = boards.board(asked, now=cast.NOW)
    assert [(row.name, row.value) for row in board.rows] == [("Ana", Decimal(70))]
    assert board.unassigned == 0


def test_a_list_cannot_take_the_last_administrator_away(inside: Organization) -> None:
    adi = cast.member("Adi", "North", email="adi@example.com", role="admin")
    seated(adi, "acme")
    before = counts()

    with pytest.raises(ConflictError) as refusal:
        store("Name,Role\nAdi,rep\nAna,rep")

    assert refusal.value.code == "member.last_admin"
    adi.refresh_from_db()
    assert (adi.role, Member.objects.count(), counts()[0]) == ("admin", 1, before[0])


def test_checking_costs_the_same_for_one_row_as_for_many(
    inside: Organization, django_assert_num_queries: object
) -> None:
    cast.member("Mira", "North", email="mira@example.com", role="manager")
    one = "Name,Team,Manager\nAna,North,Mira"
    many = one + "".join(f"\nRep {number},North > T{number},Mira" for number in range(40))
    for text in (one, many):
        with django_assert_num_queries(9):  # type: ignore[operator]
            check(text)


# Calendars.


def works_by(name: str) -> list[tuple[str, date]]:
    named = {each.id: each.name for each in calendars.calendars()}
    spans = calendars.chosen_by(queries.member(name).id)
    return [(named[each.calendar_id], each.from_day) for each in spans]


def test_a_list_says_by_which_calendar_people_work(inside: Organization) -> None:
    cast.member("Ana", "North", email="ana@example.com")
    for name in ("Berlin", "Gulf"):
        calendar_operations.add_calendar(
            name, Pattern(), today=cast.TODAY, moment=cast.NOW, actor=cast.ACTOR
        )
    before = queries.places_of(queries.member("Ana").id)
    text = (
        "Name\tE-mail\tTeam\tCalendar\tStart date\n"
        "Ana\tana@example.com\tNorth\tberlin\t\n"
        "Bo\tbo@example.com\tNorth\tGulf\t2025-02-03\n"
        "Cy\tcy@example.com\tNorth\tStandard\t\n"
        "Di\tdi@example.com\tNorth\tMars\t\n"
    )
    rows = check(text).rows
    assert [row.outcome for row in rows] == ["change", "new", "new", "problem"]
    assert [(each.what, each.before, each.after) for each in rows[0].changes] == [
        ("Calendar", "Standard", "Berlin")
    ]
    assert "no calendar “Mars”" in rows[3].problem

    assert store(text).changed == 1
    assert works_by("Ana") == [("Berlin", cast.TODAY)]
    assert works_by("Bo") == [("Gulf", date(2025, 2, 3))]
    assert works_by("Cy") == []
    # Another calendar is no other place.
    assert queries.places_of(queries.member("Ana").id) == before
    assert check(text).rows[0].outcome == "same"
