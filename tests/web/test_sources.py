"""The import wizard step by step: what each page says, and what it stands on."""

from typing import Any

import pytest

from juara.connect import queries
from juara.tenancy import scope
from tests.web import importing
from tests.web.importing import Empty, page_text

DEALS = b"""id,owner,stage,closed,amount
1,Ana,Won,2025-03-03,70
2,Budi,Lost,2025-03-04,50
3,Ana,Negotiation,,90
4,Ana,Won,2025-03-05,30
"""


@pytest.fixture
def acme(db: None) -> Empty:
    return importing.empty()


def state(acme: Empty, draft: str) -> Any:
    with scope.enter(acme.organization):
        return queries.draft(draft)


def test_the_first_visit_teaches_and_offers_a_sample(acme: Empty) -> None:
    page = page_text(acme.get(""))
    assert "Bring your deals, and the board is live" in page
    assert "Salesforce" in page
    sample = acme.get("sample.csv")
    assert sample.content.startswith(b"id,deal,salesperson,customer,stage,created,closed,amount")
    draft = acme.send(("sample-deals.csv", sample.content))
    assert "4 deals" in page_text(acme.draft(draft, "meaning"))


def test_only_an_administrator_imports(acme: Empty) -> None:
    with scope.enter(acme.organization):
        from juara.people.models import Member

        Member.objects.update(role="manager")
    assert acme.get("").status_code == 403
    assert acme.get("import/").status_code == 403


def test_a_file_is_kept_replaced_and_removed(acme: Empty) -> None:
    draft = acme.send(("deals.csv", DEALS))
    acme.send(("deals.csv", DEALS + b"5,Ana,Won,2025-03-06,10\n"), to=f"import/{draft}/files/")
    files = state(acme, draft).files
    assert [each.name for each in files] == ["deals.csv"]
    assert files[0].size == len(DEALS) + 24
    acme.post(f"import/{draft}/files/{files[0].public_id}/remove/")
    assert state(acme, draft).files == ()


def test_no_file_is_refused_with_the_form_again(acme: Empty) -> None:
    answer = acme.post("import/")
    assert answer.status_code == 422
    assert "Choose a file first." in page_text(answer)


def test_how_a_file_is_written_can_be_said_and_is_read_again(acme: Empty) -> None:
    draft = acme.send(("deals.csv", b"Report\nid;name\n1;A,B\n2;C,D\n"))
    form = {"file": "deals.csv", "revision": "", "delimiter": ",", "header_row": "3"}
    answer = acme.post(f"import/{draft}/reading/", form | {"dates": "dmy"})
    assert answer.status_code == 302
    told = state(acme, draft).choices["choices"]["files"][0]["told"]
    assert (told["delimiter"], told["header_row"], told["dates"]) == (",", 3, "dmy")
    assert "C,D" not in page_text(acme.draft(draft, "reading"))


def test_a_title_above_the_header_is_stepped_over_without_asking(acme: Empty) -> None:
    draft = acme.send(("report.csv", b"Sales of March\n\n" + DEALS))
    page = page_text(acme.draft(draft, "reading"))
    assert "4 rows" in page
    assert "5 columns" in page
    assert "4 deals" in page_text(acme.draft(draft, "meaning"))


def test_the_meaning_is_summed_up_in_a_sentence(acme: Empty) -> None:
    draft = acme.send(("deals.csv", DEALS))
    page = page_text(acme.draft(draft, "meaning"))
    assert "4 deals, credited to owner , counted on closed , worth amount ." in page
    assert "All that is needed is there." in page


def test_a_word_can_be_given_another_meaning(acme: Empty) -> None:
    draft = acme.opened("deals.csv", DEALS)
    kept = state(acme, draft).choices
    stage = kept["choices"]["files"][0]["columns"][2]
    assert stage["values"] == {"Won": "won", "Lost": "lost", "Negotiation": "open"}
    form = {
        "file": "deals.csv", "place": "0", "role": "deal", "revision": str(kept["revision"]),
        "c2-field": "stage", "c2-v0": "won", "c2-v1": "lost", "c2-v2": "won", "c2-otherwise": "",
    }  # fmt: skip
    assert acme.post(f"import/{draft}/meaning/", form).status_code == 302
    changed = state(acme, draft)
    stage = changed.choices["choices"]["files"][0]["columns"][2]
    assert stage["values"] == {"Won": "won", "Lost": "lost", "Negotiation": "won"}
    assert 'Negotiation = "won"' in changed.mapping


def test_what_is_missing_blocks_the_check_and_says_what_to_do(acme: Empty) -> None:
    draft = acme.send(("deals.csv", DEALS))
    form = {"file": "deals.csv", "place": "0", "role": "deal", "c0-field": "leave_out"}
    acme.post(f"import/{draft}/meaning/", form)
    page = acme.draft(draft, "meaning")
    assert "no column tells the rows apart" in page_text(page)
    assert acme.draft(draft, "check")["Location"] == acme.path(f"import/{draft}/meaning/")


def test_two_people_in_one_draft_do_not_overwrite_each_other(acme: Empty) -> None:
    draft = acme.opened("deals.csv", DEALS)
    old = state(acme, draft).choices["revision"]
    form = {"file": "deals.csv", "place": "0", "role": "deal", "revision": str(old)}
    acme.post(f"import/{draft}/meaning/", form | {"c4-field": "extra"})
    answer = acme.post(f"import/{draft}/meaning/", form | {"c1-field": "creator"})
    assert answer.status_code == 409
    assert "Somebody else has changed this import meanwhile." in page_text(answer)
    columns = state(acme, draft).choices["choices"]["files"][0]["columns"]
    assert [each.get("field", "extra") for each in columns] == [
        "id", "owner", "stage", "closed", "extra",
    ]  # fmt: skip


def test_a_draft_is_left_and_taken_up_again(acme: Empty) -> None:
    draft = acme.send(("deals.csv", DEALS))
    page = acme.get("")
    assert "Not finished yet" in page_text(page)
    assert acme.path(f"import/{draft}/meaning/") in page.content.decode()
    acme.post(f"import/{draft}/discard/")
    assert "Not finished yet" not in page_text(acme.get(""))


def test_the_check_says_what_comes_in_and_what_is_left_out(acme: Empty) -> None:
    bad = DEALS + b"5,Ana,Won,soon,10\n6,Ana,Won,2025-03-07,lots\n1,Cyd,Won,2025-03-08,5\n"
    draft = acme.send(("deals.csv", bad))
    page = page_text(acme.draft(draft, "check"))
    assert "2 rows are left out" in page
    assert "soon No date that can be read Write the date like the others" in page
    assert "1 row has the id of another one further down, which counts instead." in page
    assert "Import 4 rows" in page
    rows = acme.get(f"import/{draft}/check/rows.csv").content.decode()
    assert "soon" in rows
    assert "lots" in rows
    with scope.enter(acme.organization):
        assert queries.run_count() == 0


def test_a_kept_row_shows_how_it_will_look(acme: Empty) -> None:
    draft = acme.send(("deals.csv", DEALS))
    page = page_text(acme.draft(draft, "check"))
    assert "How the first deals will look" in page
    assert "1 Ana Won won 70.00 Mar 3, 2025" in page


def test_the_mapping_can_be_taken_along_as_a_file(acme: Empty) -> None:
    draft = acme.send(("deals.csv", DEALS))
    acme.draft(draft, "meaning")
    answer = acme.get(f"import/{draft}/mapping.toml")
    assert b'closed = "closed"' in answer.content
    assert answer["Content-Disposition"] == 'attachment; filename="deals.toml"'


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("deals.csv", b"\n\n", "It is empty."),
        ("deals.csv", b"id,owner,amount\n", "has no rows"),
        ("deals.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "It is not a table."),
        ("deals.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel file"),
        ("deals.xlsx", b"PK\x03\x04" + b"\0" * 600, "It is damaged."),
        ("deals.csv", b"id,owner\n" + b"x" * (17 << 20), "longer than any table has"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_says_what_to_do(
    acme: Empty, name: str, content: bytes, says: str
) -> None:
    draft = acme.send((name, content))
    assert says in page_text(acme.draft(draft, "reading"))
    for step in ("files", "meaning", "check"):
        assert acme.draft(draft, step).status_code in (200, 302)


def test_an_empty_file_is_refused_where_it_is_sent(acme: Empty) -> None:
    draft = acme.send(("deals.csv", DEALS))
    acme.send(("empty.csv", b""), to=f"import/{draft}/files/")
    assert "The file is empty. Export it again." in page_text(acme.draft(draft, "files"))
    assert [each.name for each in state(acme, draft).files] == ["deals.csv"]


def test_hostile_cells_and_headers_are_shown_as_text(acme: Empty) -> None:
    content = b"id,<script>alert(1)</script>,owner,owner,amount\n1,\"=cmd|'/C calc'!A0\",Ana,Bo,5\n"
    draft = acme.send(("<b>deals.csv", content))
    for step in ("files", "reading", "meaning", "check"):
        page = acme.draft(draft, step).content.decode()
        assert "<script>alert" not in page
        assert "<b>deals" not in page
    assert "owner (2)" in page_text(acme.draft(draft, "meaning"))


def test_a_thousand_columns_come_a_page_at_a_time(acme: Empty) -> None:
    header = ",".join(["id", "owner", "amount", *(f"f{n}" for n in range(997))])
    row = ",".join(["1", "Ana", "5", *["x"] * 997])
    draft = acme.send(("wide.csv", f"{header}\n{row}\n".encode()))
    page = acme.draft(draft, "meaning")
    assert "Columns, page 1 of 17" in page_text(page)
    assert page.content.count(b'-field" aria') == 60
    last = acme.client.get(acme.path(f"import/{draft}/meaning/"), {"columns0": "17"})
    assert "f996" in page_text(last)


def test_the_list_of_sources_costs_the_same_for_one_and_for_three(
    acme: Empty, django_assert_num_queries: Any
) -> None:
    from tests import cast

    counts = []
    for keys in (["one"], ["two", "three"]):
        with scope.enter(acme.organization):
            for key in keys:
                cast.source(key)
        acme.get("")
        with django_assert_num_queries(QUERIES):
            acme.get("")
        counts.append(page_text(acme.get("")).count("Import a newer file"))
    assert counts == [1, 3]


QUERIES = 16


def test_a_source_is_called_after_the_file_that_counts(acme: Empty) -> None:
    draft = acme.send(
        ("accounts.csv", b"account,sector\nAcme,retail\nBeta,health\n"),
        ("sales_pipeline.csv", b"opportunity_id,sales_agent,deal_stage,close_date,close_value\n"
         b"1,Ana,Won,2026-01-02,50\n2,Budi,Lost,2026-01-03,0\n"),
    )  # fmt: skip
    acme.draft(draft, "meaning")
    kept = acme.draft(draft, "meaning").context["wizard"].choices
    assert (kept.name, kept.source) == ("Sales pipeline", "sales-pipeline")


def test_owners_and_others_of_one_file_are_added_up_as_people(acme: Empty) -> None:
    draft = acme.opened(
        "deals.csv",
        b"deal id,owner,sdr,stage,close date,amount\n"
        b"1,Ana,Sari,Won,2026-01-02,50\n2,Budi,Sari,Won,2026-01-03,10\n",
    )
    acme.post(f"import/{draft}/check/")
    shown = acme.draft(draft, "check").context["shown"]
    assert [each.what for each in shown.parts] == ["3 people", "2 deals"]
