"""Mapping files: what they can say, and that every mistake in one is named with its place."""

from pathlib import Path

import pytest

from juara.connect.mapping import (
    Condition,
    Lookup,
    Mapping,
    TemplatePart,
    load_mapping,
    parse_mapping,
)
from juara.connect.mapping.rules import ATTRIBUTE_TYPES, UNITS
from juara.connect.translate.report import TITLES
from juara.connect.types import (
    DATE_FIELDS,
    NUMBER_FIELDS,
    TEXT_FIELDS,
    USER_FIELDS,
    RecordKind,
)
from juara.core.errors import DomainError

HEAD = 'version = 1\nname = "Test"\nsource = "test"\n'
DEALS = '[[file]]\nmatch = "deals.csv"\nkind = "deal"\nid = "id"\n'
READY = Path(__file__).parents[2] / "mappings"


def parse(text: str) -> Mapping:
    return parse_mapping(text, name="test.toml")


def mistakes(text: str) -> list[str]:
    with pytest.raises(DomainError) as caught:
        parse(text)
    assert caught.value.code == "mapping_invalid"
    found: list[str] = caught.value.data["problems"]
    return found


def test_the_smallest_mapping_has_the_defaults() -> None:
    mapping = parse(HEAD + DEALS)
    assert (mapping.name, mapping.source, mapping.version) == ("Test", "test", 1)
    assert (mapping.zone, mapping.currency, mapping.missing) == ("UTC", "", "keep")
    (section,) = mapping.records
    assert (section.match, section.kind, section.id.columns) == (
        "deals.csv",
        RecordKind.DEAL,
        ("id",),
    )
    assert (mapping.people, mapping.references) == ((), ())


def test_a_rule_is_a_column_several_or_a_table() -> None:
    section = parse(
        HEAD
        + DEALS
        + "[file.fields]\n"
        + 'owner = "agent"\n'
        + 'name = ["account", "product"]\n'
        + 'stage = { columns = ["a", "b"], join = " / ", default = "none", expected = true }\n'
        + "type = { value = 7 }\n"
        + 'closed = { column = "c", type = "day", dates = "mdy", empty = ["0000-00-00"] }\n'
        + 'amount = { column = "d", decimal = "," }\n'
        + 'duration_seconds = { column = "e", unit = "mm:ss" }\n'
    ).records[0]
    fields = section.fields
    assert fields["owner"].columns == ("agent",)
    assert (fields["name"].columns, fields["name"].join) == (("account", "product"), " ")
    assert (fields["stage"].join, fields["stage"].default) == (" / ", "none")
    assert fields["stage"].is_expected
    assert fields["type"].constant == "7"
    assert (fields["closed"].type, fields["closed"].dates) == ("day", "mdy")
    assert fields["closed"].empty == ("0000-00-00",)
    assert fields["amount"].decimal == ","
    assert fields["duration_seconds"].unit == "mm:ss"


def test_an_id_of_several_columns_is_joined_by_bars_and_needs_all_of_them() -> None:
    rule = parse(HEAD + DEALS.replace('"id"', '["deal", "at"]')).records[0].id
    assert (rule.columns, rule.join, rule.needs_all) == (("deal", "at"), "|", True)


def test_a_template_is_fixed_text_and_columns_and_nothing_else() -> None:
    rule = (
        parse(HEAD + DEALS + '[file.fields]\nname = { template = "SR {{{sr_id:.6}}} {two words}" }')
        .records[0]
        .fields["name"]
    )
    assert rule.template == (
        TemplatePart(text="SR {"),
        TemplatePart(column="sr_id", first=6),
        TemplatePart(text="} "),
        TemplatePart(column="two words"),
    )
    assert rule.columns_read == ("sr_id", "two words")


def test_values_lookups_and_checks_are_read() -> None:
    mapping = parse(
        HEAD
        + DEALS
        + "[file.fields]\n"
        + 'status = { column = "stage", values = { Won = "won" }, otherwise = "open" }\n'
        + 'type = { column = "t", values = { a = "b" }, keep_others = true }\n'
        + 'product = { column = "product", in = "products" }\n'
        + 'created = { column = "lead", lookup = "leads.first.contact" }\n'
        + '[[file]]\nmatch = "p.csv"\nreference = "products"\nkey = "name"\n'
        + '[[file]]\nmatch = "l.csv"\nreference = "leads"\nkey = "id"\n'
    )
    fields = mapping.records[0].fields
    assert (fields["status"].values, fields["status"].otherwise) == ({"Won": "won"}, "open")
    assert fields["type"].keep_others
    assert fields["product"].within == "products"
    assert fields["created"].lookup == Lookup(reference="leads", column="first.contact")
    assert [reference.name for reference in mapping.references] == ["products", "leads"]


def test_people_are_read_with_their_team_and_their_days() -> None:
    section = parse(
        HEAD
        + '[[file]]\nmatch = "people.csv"\npeople = true\nkey = "login"\nname = "full"\n'
        + 'email = "mail"\nrole = { value = "manager" }\nzone = { value = "Asia/Jakarta" }\n'
        + 'team = ["region", { value = "Inside" }]\n'
        + 'starts_on = { value = 2016-01-01 }\nends_on = "left"\n'
    ).people[0]
    assert section.key.columns == ("login",)
    assert section.team[0].columns == ("region",)
    assert section.team[1].constant == "Inside"
    assert section.starts_on is not None
    assert section.starts_on.constant == "2016-01-01"
    assert section.role is not None
    assert section.role.constant == "manager"


def test_rows_are_chosen_by_conditions() -> None:
    section = parse(
        HEAD
        + DEALS
        + 'where = { type = ["a", "b"], open = true, region = { not = "test" } }\n'
        + '[file.deleted]\ncolumn = "is_deleted"\n'
    ).records[0]
    assert section.where == (
        Condition(column="type", values=("a", "b")),
        Condition(column="open", values=("true",)),
        Condition(column="region", values=("test",), is_negated=True),
    )
    assert section.deleted == Condition(column="is_deleted", values=("true", "1", "yes"))


def test_defaults_of_the_mapping_reach_its_sections_and_their_rules() -> None:
    mapping = parse(
        HEAD
        + 'dates = "dmy"\ndecimal = ","\nempty = ["NULL"]\n'
        + DEALS
        + 'decimal = "."\nempty = ["-"]\n[file.fields]\namount = "a"\nclosed = "c"\n'
    )
    fields = mapping.records[0].fields
    assert (fields["amount"].decimal, fields["closed"].dates) == (".", "dmy")
    assert fields["amount"].empty == ("NULL", "-")


def test_all_mistakes_are_said_at_once_each_with_its_place() -> None:
    assert mistakes(
        'version = 2\nname = ""\nsource = "My CRM"\nzone = "Asia/Jakata"\ncurrency = "USDD"\n'
        'dates = "dmyy"\nmising = "keep"\n'
        '[[file]]\nmatch = "deals.csv"\nkind = "deals"\n'
        "[file.fields]\n"
        'ammount = "a"\nowner = { colum = "b" }\nclosed = { column = "c", type = "number" }\n'
        'status = { column = "s", values = { Won = "won", Lost = "losst" }, otherwise = "maybe" }\n'
        'currency = { value = "XYZ" }\n'
        'product = { column = "p", in = "product" }\n'
        '[file.users]\nowner = "o"\n'
        '[file.attributes]\n"Big Size" = "s"\n'
    ) == [
        'dates: must be one of "auto", "ymd", "dmy", "mdy", not \'dmyy\'; did you mean \'dmy\'?',
        "version: must be 1",
        "name: must be a text in quotation marks, not ''",
        "source: must be lower-case letters, digits, - and _, not 'My CRM'",
        "zone: 'Asia/Jakata' is not a time zone such as Asia/Jakarta; did you mean 'Asia/Jakarta'?",
        "currency: 'USDD' is not a currency code such as USD; did you mean 'USD'?",
        'file[1].kind: must be one of "deal", "activity", "lead", "account", "change", "split", '
        '"snapshot", not '
        "'deals'; did you mean 'deal'?",
        "file[1].id: is missing",
        "file[1].fields.ammount: is not a known field; did you mean 'amount'?",
        "file[1].fields.owner: nothing says where the value comes from: give exactly one of "
        "column, columns, value, template",
        "file[1].fields.owner.colum: is not a known key; did you mean 'column'?",
        'file[1].fields.closed.type: must be one of "date", "day", "epoch", "epoch_ms", not '
        "'number'",
        "file[1].users.owner: 'owner' is a field of ours: put it under fields",
        "file[1].attributes.Big Size: must be named with lower-case letters, digits and _",
        "file[1].fields.status: 'maybe' is not a deal status; accepted: open, won, lost",
        "file[1].fields.status: 'losst' is not a deal status; accepted: open, won, lost",
        "file[1].fields.currency: 'XYZ' is not a currency; accepted: a code such as USD",
        "file[1].fields.product: no section is the reference 'product'",
        "mising: is not a known key; did you mean 'missing'?",
    ]


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("", "file: is missing: say with [[file]] what a file holds"),
        ("[file]\nmatch = 1", "file: is missing: say with [[file]] what a file holds"),
        (
            '[[file]]\nmatch = "a.csv"',
            "file[1]: say what the file holds, with exactly one of people = true, "
            'reference = "…" and kind = "…"',
        ),
        (
            '[[file]]\nmatch = "a.csv"\npeople = true\nkind = "deal"',
            "file[1]: say what the file holds, with exactly one of people = true, "
            'reference = "…" and kind = "…" (here are people and kind)',
        ),
        (
            '[[file]]\nmatch = "a.csv"\nreference = "a"\nkey = "b"',
            "file: nothing would be imported: no section has people or a kind",
        ),
        (
            '[[file]]\nmatch = "a.csv"\npeople = true\nkey = { value = "x" }',
            "file[1].key: must come from a column: it tells the rows apart",
        ),
        (
            DEALS + '[file.fields]\nowner = { column = "a", value = "b" }',
            "file[1].fields.owner: too much is said: give exactly one of column, columns, value, "
            "template",
        ),
        (
            DEALS + '[file.fields]\nname = { template = "SR {a" }',
            "file[1].fields.name.template: has a stray '{'; double it where it is meant",
        ),
        (
            DEALS + '[file.fields]\nname = { template = "{a.b.__class__!r:>9}" }',
            "file[1].fields.name.template: has a stray '{'; double it where it is meant",
        ),
        (
            DEALS + '[file.fields]\nname = { template = "fixed" }',
            "file[1].fields.name.template: names no column; write one as {column}, or use value "
            "instead",
        ),
        (
            DEALS + '[file.fields]\nname = { column = "a", lookup = "leads" }',
            "file[1].fields.name.lookup: must be written reference.column, not 'leads'",
        ),
        (
            DEALS + '[file.fields]\nname = { column = "a", otherwise = "b" }',
            "file[1].fields.name: otherwise and keep_others need values to differ from",
        ),
        (
            DEALS + "[file.fields]\nname = 5",
            "file[1].fields.name: must name a column or be a table, not 5",
        ),
        (
            DEALS + 'where = { a = { no = "b" } }',
            "file[1].where.a.no: is not a known key; did you mean 'not'?",
        ),
        (DEALS + "sheet = 1", "file[1].sheet: must be a text in quotation marks, not 1"),
        (DEALS + "fields = 1", "file[1].fields: must be a table, not 1"),
        (
            '[[file]]\nmatch = "a.csv"\npeople = true\nkey = "k"\nrole = { value = "boss" }',
            "file[1].role: 'boss' is not a role; accepted: rep, manager, executive, admin",
        ),
        (
            '[[file]]\nmatch = "a.csv"\npeople = false\nkey = "k"',
            "file[1].people: must be true where it is given",
        ),
        (
            DEALS + '[[file]]\nmatch = "a"\nreference = "r"\nkey = "k"\n'
            '[[file]]\nmatch = "b"\nreference = "r"\nkey = "k"',
            "file[3].reference: 'r' is there already",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place_and_its_remedy(text: str, mistake: str) -> None:
    assert mistake in mistakes(HEAD + text)


def test_the_message_lists_what_is_wrong_line_by_line() -> None:
    with pytest.raises(DomainError) as caught:
        parse('version = 1\nname = "a"\n' + DEALS + "sheets = 1")
    assert caught.value.message == (
        "test.toml has 2 mistakes:\n"
        "  source: is missing\n"
        "  file[1].sheets: is not a known key; did you mean 'sheet'?"
    )


def test_what_is_no_toml_is_refused_with_the_line() -> None:
    with pytest.raises(DomainError) as caught:
        parse("version = 1\nname = Test\n")
    assert caught.value.code == "mapping_not_toml"
    assert "line 2" in caught.value.message


def test_a_mapping_file_that_cannot_be_read_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(DomainError) as caught:
        load_mapping(tmp_path / "none.toml")
    assert caught.value.message.endswith("none.toml cannot be read: No such file or directory.")
    (tmp_path / "bad.toml").write_bytes(b"name = '\xff'")
    with pytest.raises(DomainError) as caught:
        load_mapping(tmp_path / "bad.toml")
    assert caught.value.message == "bad.toml is not UTF-8 text."


@pytest.mark.parametrize("name", ["maven", "olist", "enpal"])
def test_a_mapping_that_is_ready_has_no_mistakes(name: str) -> None:
    assert load_mapping(READY / f"{name}.toml").source == name


def test_every_mapping_that_is_ready_is_among_those_tested() -> None:
    assert sorted(
        path.stem for path in READY.glob("*.toml") if not path.stem.endswith("-metrics")
    ) == ["enpal", "maven", "olist"]


def test_the_documentation_has_every_key_and_its_example_has_no_mistakes() -> None:
    page = (Path(__file__).parents[2] / "docs" / "admin" / "mapping.md").read_text("utf-8")
    example = page.partition("```toml\n")[2].partition("```")[0]
    assert parse(example).source == "maven"
    accepted = [
        *TEXT_FIELDS, *NUMBER_FIELDS, *DATE_FIELDS, *USER_FIELDS, *UNITS, *ATTRIBUTE_TYPES,
        "column", "columns", "join", "value", "template", "empty", "default", "lookup", "values",
        "otherwise", "keep_others", "in", "expected", "type", "dates", "decimal", "unit", "match",
        "sheet", "where", "deleted", "people", "reference", "kind", "key", "team", "starts_on",
        "ends_on", "role", "zone", "email", "missing", "currency", "version", "source",
    ]  # fmt: skip
    assert [word for word in accepted if f"`{word}" not in page and f".{word}]" not in page] == []


def test_the_documentation_has_every_code_of_a_problem() -> None:
    page = (Path(__file__).parents[2] / "docs" / "admin" / "mapping.md").read_text("utf-8")
    assert [code for code in TITLES if f"`{code}`" not in page] == []
