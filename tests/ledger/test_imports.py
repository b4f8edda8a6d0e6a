"""An import from end to end: what it changes, what it leaves alone, and what undoes it."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from juara.connect import queries as sources
from juara.connect.mapping import load_mapping
from juara.connect.models import ImportRun
from juara.core import db
from juara.core.errors import ConflictError, NotFoundError
from juara.ledger import imports, matching
from juara.ledger.imports import Outcome
from juara.ledger.verify import verify
from juara.metrics import operations as metrics
from juara.people.models import Member
from juara.records import queries as records
from juara.records.types import Landed
from juara.tenancy.models import Organization
from tests import cast
from tests.flows import exports
from tests.ledger import reading

LATER = cast.at("2025-03-12T09:00")
# What an import writes beside the records: its own row, and the notice that it is over.
ALL_BUT_THE_RUN = tuple(t for t in reading.TABLES if t not in ("domain_event", "topic_version"))


@pytest.fixture
def office(inside: Organization) -> Organization:
    """An organization that counts deals and revenue."""
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)
    return inside


def ignore(_what: str, _share: float) -> None:
    return


def bring(
    office: Organization,
    mapping: Path,
    *files: Path,
    now: datetime = cast.NOW,
    progress: imports.Progress = ignore,
) -> Outcome:
    return imports.import_files(
        office, load_mapping(mapping), files, clock=lambda: now, actor="tests", progress=progress
    )


def check(office: Organization, mapping: Path, *files: Path) -> imports.Reading:
    return imports.check_files(
        office, load_mapping(mapping), files, clock=lambda: cast.NOW, progress=ignore
    )


def revenue(period: str = reading.EVER) -> dict[str, Decimal]:
    return reading.totals("revenue_won", period)


def counts() -> dict[str, int]:
    """Return how many rows every table has."""
    tables = db.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return {name: db.one(f'SELECT count(*) FROM "{name}"')[0] for (name,) in tables}


def grown(before: dict[str, int]) -> dict[str, int]:
    return {name: count - before[name] for name, count in counts().items() if count != before[name]}


def run_of(outcome: Outcome) -> ImportRun:
    return ImportRun.objects.get(public_id=outcome.reading.public_id)


def undo(office: Organization, outcome: Outcome, *, now: datetime = LATER) -> Landed:
    assert outcome.reading.public_id is not None
    return imports.undo(office, outcome.reading.public_id, moment=now, actor="tests")


def sound() -> bool:
    return verify().differences == ()


# Again, newer, fuller.


def test_the_same_files_again_change_nothing(office: Organization, tmp_path: Path) -> None:
    mapping = exports.mapping(tmp_path)
    people = exports.people(tmp_path, ("ana", "Ana", "North", "", "2025-06-01"))
    deals = exports.deals(tmp_path, ("D1", "ana", 100), ("D2", "zed", 5))
    bring(office, mapping, people, deals)
    stored, before = reading.contents(ALL_BUT_THE_RUN), counts()

    again = bring(office, mapping, people, deals, now=LATER)

    assert again.landed == Landed()
    assert (again.reading.people.described, again.reading.people.changed) == (1, 0)
    assert grown(before) == {"import_run": 1, "domain_event": 1}
    stored.pop("source")  # it has delivered again, and says when
    assert reading.contents(tuple(stored)) == stored


def test_a_newer_file_updates_what_differs_and_adds_what_is_new(
    office: Organization, tmp_path: Path
) -> None:
    mapping = exports.mapping(tmp_path)
    people = exports.people(tmp_path, ("ana", "Ana", "North"), ("bob", "Bob", "South"))
    bring(office, mapping, people, exports.deals(tmp_path, ("D1", "ana", 100), ("D2", "bob", 50)))

    newer = exports.deals(
        tmp_path, ("D1", "ana", 100), ("D2", "ana", 70), ("D3", "bob", 8), name="deals-2.csv"
    )
    outcome = bring(office, mapping, newer, now=LATER)

    assert outcome.landed == Landed(created=1, changed=1)
    assert revenue() == {"Ana": Decimal(170), "Bob": Decimal(8)}
    assert sound()


def test_what_a_full_file_no_longer_lists_is_deleted_and_can_come_back(
    office: Organization, tmp_path: Path
) -> None:
    mapping = exports.mapping(tmp_path, head='missing = "delete"')
    people = exports.people(tmp_path, ("ana", "Ana", "North"))
    both = exports.deals(tmp_path, ("D1", "ana", 100), ("D2", "ana", 50))
    one = exports.deals(tmp_path, ("D1", "ana", 100), name="deals-2.csv")
    bring(office, mapping, people, both)

    fewer = bring(office, mapping, one)
    assert (fewer.landed, revenue()) == (Landed(deleted=1), {"Ana": Decimal(100)})
    assert records.record_count() == 1

    same = bring(office, mapping, one)
    assert same.landed == Landed()

    back = bring(office, mapping, both)
    assert (back.landed, revenue()) == (Landed(changed=1), {"Ana": Decimal(150)})
    assert sound()


def test_a_file_keeps_what_it_does_not_list_unless_told_otherwise(
    office: Organization, tmp_path: Path
) -> None:
    mapping = exports.mapping(tmp_path)
    bring(office, mapping, exports.deals(tmp_path, ("D1", "zed", 1), ("D2", "zed", 2)))

    fewer = bring(office, mapping, exports.deals(tmp_path, ("D1", "zed", 1)))

    assert (fewer.landed, records.record_count()) == (Landed(), 2)


def test_a_full_file_with_bad_rows_deletes_nothing_and_says_so(
    office: Organization, tmp_path: Path
) -> None:
    mapping = exports.mapping(tmp_path, head='missing = "delete"')
    whole = [("D1", "zed", 1), ("D2", "zed", 2), ("D3", "zed", 3)]
    bring(office, mapping, exports.deals(tmp_path, *whole))

    torn = bring(office, mapping, exports.deals(tmp_path, ("D1", "zed", "one"), ("D2", "zed", 20)))

    assert torn.landed == Landed(changed=1)
    assert records.record_count() == 3
    assert (
        "1 row had to be left out, so nothing was marked as deleted: what seems to be missing "
        "may stand there."
    ) in torn.reading.report.sentences()


def test_a_full_file_without_rows_deletes_nothing(office: Organization, tmp_path: Path) -> None:
    mapping = exports.mapping(tmp_path, head='missing = "delete"')
    bring(office, mapping, exports.deals(tmp_path, ("D1", "zed", 1)))

    empty = bring(office, mapping, exports.deals(tmp_path))

    assert (empty.landed, records.record_count()) == (Landed(), 1)


def test_a_full_file_deletes_only_records_of_its_own_kinds_and_source(
    office: Organization, tmp_path: Path
) -> None:
    full = exports.mapping(tmp_path, head='missing = "delete"')
    other = exports.mapping(tmp_path, source="other", name="other")
    cast.deliver(cast.call("C1", owner="zed", when=cast.TODAY))
    bring(office, other, exports.deals(tmp_path, ("D9", "zed", 9)))
    bring(office, full, exports.deals(tmp_path, ("D1", "zed", 1), ("D2", "zed", 2)))

    fewer = bring(office, full, exports.deals(tmp_path, ("D1", "zed", 1)))

    assert fewer.landed == Landed(deleted=1)
    assert reading.values("revenue_won") == {"D1": Decimal(1), "D9": Decimal(9)}
    assert reading.values("calls") == {"C1": Decimal(1)}


# Duplicates and strangers.


def test_of_two_rows_with_one_id_the_last_stands_and_the_report_names_both(
    office: Organization, tmp_path: Path
) -> None:
    deals = exports.deals(
        tmp_path, ("D1", "zed", 1), ("D2", "zed", 2), ("D1", "zed", 10), ("D1", "zed", 100)
    )

    outcome = bring(office, exports.mapping(tmp_path), deals)

    assert outcome.landed == Landed(created=2)
    assert reading.values("revenue_won") == {"D1": Decimal(100), "D2": Decimal(2)}
    assert outcome.reading.rows == 2
    assert run_of(outcome).report["duplicates"] == {
        "count": 2,
        "first": [
            {"id": "D1", "file": "deals.csv", "row": 2, "kept_file": "deals.csv", "kept_row": 5},
            {"id": "D1", "file": "deals.csv", "row": 4, "kept_file": "deals.csv", "kept_row": 5},
        ],
    }


def test_of_one_id_in_two_files_the_row_of_the_later_file_stands(
    office: Organization, tmp_path: Path
) -> None:
    first = exports.deals(tmp_path, ("D1", "zed", 1), name="deals-a.csv")
    second = exports.deals(tmp_path, ("D0", "zed", 0), ("D1", "zed", 7), name="deals-b.csv")

    outcome = bring(office, exports.mapping(tmp_path), first, second)

    assert reading.values("revenue_won") == {"D0": Decimal(0), "D1": Decimal(7)}
    assert run_of(outcome).report["duplicates"]["first"] == [
        {"id": "D1", "file": "deals-a.csv", "row": 2, "kept_file": "deals-b.csv", "kept_row": 3}
    ]


def test_an_unknown_owner_is_listed_and_credited_with_the_past_once_matched(
    office: Organization, tmp_path: Path
) -> None:
    ana = cast.member("Ana", "North")
    deals = exports.deals(tmp_path, ("D1", "a.b", 30), ("D2", "a.b", 12), ("D3", "ana", 1))
    outcome = bring(office, exports.mapping(tmp_path), deals)
    assert [(each.key, each.record_count) for each in outcome.reading.unknown_owners] == [
        ("a.b", 2)
    ]
    assert [
        (each.source_key, each.key, each.record_count, each.first_day, each.last_day)
        for each in records.unknown_owners()
    ] == [("crm", "a.b", 2, date(2025, 3, 3), date(2025, 3, 3))]
    assert reading.reasons("revenue_won") == {("owner_unknown", "a.b"): Decimal(42)}

    matching.match(source_key="crm", key="a.b", member=ana.public_id, moment=LATER, actor="tests")

    assert revenue("2025-03") == {"Ana": Decimal(43)}
    assert records.unknown_owners() == ()
    assert sound()


def test_a_people_file_that_comes_later_credits_the_past_too(
    office: Organization, tmp_path: Path
) -> None:
    mapping = exports.mapping(tmp_path)
    bring(office, mapping, exports.deals(tmp_path, ("D1", "ana", 30)))
    assert revenue() == {reading.NOBODY: Decimal(30)}

    outcome = bring(office, mapping, exports.people(tmp_path, ("ana", "Ana", "North")), now=LATER)

    assert (outcome.landed, outcome.reading.unknown_owners) == (Landed(), ())
    assert reading.sums("revenue_won").keys() == {("Ana", "North")}
    assert sound()


# Putting an import back.


def test_undo_restores_what_was_changed_and_deletes_what_was_created(
    office: Organization, tmp_path: Path
) -> None:
    mapping = exports.mapping(tmp_path, head='missing = "delete"')
    people = exports.people(tmp_path, ("ana", "Ana", "North"))
    bring(office, mapping, people, exports.deals(tmp_path, ("D1", "ana", 10), ("D2", "ana", 20)))
    wrong = bring(office, mapping, exports.deals(tmp_path, ("D1", "ana", 99), ("D3", "ana", 7)))
    assert reading.values("revenue_won") == {"D1": Decimal(99), "D3": Decimal(7)}

    undone = undo(office, wrong)

    assert undone == Landed(changed=3)
    assert reading.values("revenue_won") == {"D1": Decimal(10), "D2": Decimal(20)}
    assert run_of(wrong).state == "undone"
    assert sound()


def test_undo_leaves_alone_what_was_changed_again_since(
    office: Organization, tmp_path: Path
) -> None:
    mapping = exports.mapping(tmp_path)
    first = bring(office, mapping, exports.deals(tmp_path, ("D1", "zed", 10), ("D2", "zed", 20)))
    bring(office, mapping, exports.deals(tmp_path, ("D1", "zed", 11)))

    assert undo(office, first) == Landed(changed=1)
    assert reading.values("revenue_won") == {"D1": Decimal(11)}


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_undoing_two_imports_in_any_order_leaves_nothing_of_either(
    office: Organization, tmp_path: Path, order: Sequence[int]
) -> None:
    mapping = exports.mapping(tmp_path)
    outcomes = [
        bring(office, mapping, exports.deals(tmp_path, ("D1", "zed", amount), *more))
        for amount, more in ((10, []), (11, [("D2", "zed", 5)]), (12, [("D2", "zed", 6)]))
    ]

    for number in order:
        undo(office, outcomes[number])

    assert reading.values("revenue_won") == {"D1": Decimal(10)}
    assert sound()


def test_what_was_undone_can_be_imported_again(office: Organization, tmp_path: Path) -> None:
    mapping, deals = exports.mapping(tmp_path), exports.deals(tmp_path, ("D1", "zed", 10))
    undo(office, bring(office, mapping, deals))
    assert reading.values("revenue_won") == {}

    again = bring(office, mapping, deals)

    assert again.landed == Landed(changed=1)
    assert reading.values("revenue_won") == {"D1": Decimal(10)}


def test_an_import_is_undone_once(office: Organization, tmp_path: Path) -> None:
    outcome = bring(office, exports.mapping(tmp_path), exports.deals(tmp_path, ("D1", "zed", 10)))
    undo(office, outcome)
    before = counts()

    with pytest.raises(NotFoundError, match="There is no finished import"):
        undo(office, outcome)

    assert grown(before) == {}


# Reading without importing.


def test_a_check_reports_as_an_import_would_and_leaves_nothing_behind(
    office: Organization, tmp_path: Path
) -> None:
    mapping = exports.mapping(tmp_path)
    people = exports.people(tmp_path, ("ana", "Ana", "North"))
    deals = exports.deals(
        tmp_path, ("D1", "ana", 1), ("D1", "ana", 2), ("D2", "zed", 3), ("D3", "ana", "lots")
    )
    before = counts()

    checked = check(office, mapping, people, deals)

    assert grown(before) == {}
    imported = bring(office, mapping, people, deals).reading
    assert checked.report == imported.report
    assert (checked.report.good, checked.report.bad) == (4, 1)
    assert (checked.rows, checked.duplicates, checked.people, checked.unknown_owners) == (
        imported.rows, imported.duplicates, imported.people, imported.unknown_owners,
    )  # fmt: skip


# Landing, a stretch at a time.


def test_a_large_file_lands_in_stretches_that_add_up(office: Organization, tmp_path: Path) -> None:
    shares: dict[str, list[float]] = {"reading": [], "landing": []}
    outcome = bring(
        office,
        exports.mapping(tmp_path),
        exports.staff(tmp_path),
        exports.many_deals(tmp_path, 25_000),
        progress=lambda what, share: shares[what].append(share),
    )

    assert outcome.landed == Landed(created=25_000)
    landings = db.rows("SELECT reason, count(*) FROM batch GROUP BY reason ORDER BY 1")
    assert (f"import {outcome.reading.public_id}", 3) in landings
    assert shares["landing"] == [0.4, 0.8, 1.0]
    assert shares["reading"] == sorted(shares["reading"])
    assert (shares["reading"][0] < 0.3, shares["reading"][-1]) == (True, 1.0)
    run = run_of(outcome)
    assert (run.row_count, run.landed_count, run.created_count) == (25_000, 25_000, 25_000)
    amounts = [exports.amount_of(number) for number in range(1, 25_001)]
    assert revenue() == {
        key.title(): Decimal(sum(amounts[(i or 7) - 1 :: 7])) for i, key in enumerate(exports.TEAM)
    }
    assert db.one("SELECT count(*) FROM landing_row")[0] == 0
    assert sound()


def read_only(office: Organization, mapping: Path, *files: Path) -> int:
    """Read an import and leave all of it to be landed; return its id."""
    reading = imports.read_files(
        office, load_mapping(mapping), files, clock=lambda: cast.NOW, actor="tests",
        progress=ignore,
    )  # fmt: skip
    assert reading.run_id is not None
    return reading.run_id


def test_rows_wait_until_they_are_landed(office: Organization, tmp_path: Path) -> None:
    run = read_only(
        office, exports.mapping(tmp_path), exports.deals(tmp_path, ("D1", "z", 1), ("D2", "z", 2))
    )
    assert (sources.health().rows_waiting, imports.unfinished()) == (2, (run,))

    landed = imports.land(office, run, clock=lambda: LATER, stretch_rows=1)

    assert landed == Landed(created=2)
    assert (sources.health().rows_waiting, imports.unfinished()) == (0, ())
    assert sources.health().last_received_at == LATER


def test_an_import_somebody_else_has_landed_tells_what_it_came_to(
    office: Organization, tmp_path: Path
) -> None:
    run = read_only(office, exports.mapping(tmp_path), exports.deals(tmp_path, ("D1", "z", 1)))
    imports.land(office, run, clock=lambda: LATER)

    assert imports.land(office, run, clock=lambda: LATER) == Landed(created=1)


def test_a_second_import_of_the_source_is_refused_while_one_is_landing(
    office: Organization, tmp_path: Path
) -> None:
    mapping, deals = exports.mapping(tmp_path), exports.deals(tmp_path, ("D1", "zed", 1))
    read_only(office, mapping, deals)
    before = counts()

    with pytest.raises(ConflictError, match="An import of “crm” is not finished yet"):
        bring(office, mapping, deals)

    assert grown(before) == {}
    other = bring(office, exports.mapping(tmp_path, source="other", name="other"), deals)
    assert other.landed == Landed(created=1)


def test_people_and_numbers_agree_before_the_first_row_has_landed(
    office: Organization, tmp_path: Path
) -> None:
    mapping = exports.mapping(tmp_path)
    bring(office, mapping, exports.deals(tmp_path, ("D1", "ana", 30)))
    read_only(
        office, mapping, exports.people(tmp_path, ("ana", "Ana", "North")),
        exports.deals(tmp_path, ("D2", "ana", 5)),
    )  # fmt: skip

    assert revenue() == {"Ana": Decimal(30)}
    assert Member.objects.count() == 1
    assert sound()
