"""Every page, once: it is in the list, it answers, and it costs what it cost before.

When a page is meant to ask the database more or less than before, write the new counts down:

    JUARA_WRITE_QUERY_COUNTS=1 .venv/bin/python -m pytest tests/whole/test_every_page.py
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from tests import cast
from tests.web import office
from tests.whole import furnished
from tests.whole.documents import ROOT
from tests.whole.furnished import BEFORE, STANDING
from tests.whole.routes import INSIDE, OUTSIDE, TELEVISIONS
from tools import weight
from tools.every_page import EVERY_PAGE, NOT_PAGES

COUNTS = Path(__file__).with_name("query_counts.json")
PERFORMANCE = ROOT / "docs" / "performance.md"
# What a page may bring along in scripts and styles, before it is packed for the way.
MOST_KILOBYTES = 150


@dataclass(frozen=True, slots=True)
class Seen:
    """How a page was answered, and what that took."""

    status: int
    queries: int
    markup: str


@pytest.fixture(scope="module")
def seen(
    owner_url: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[dict[str, Seen]]:
    """Ask for every page of an organization with one of everything, as whom it is for."""
    with django_db_blocker.unblock(), time_machine.travel(cast.NOW, tick=False):
        before = furnished.beginning()
        empty = {each.name: _ask(Client(), each.below("", before)) for each in BEFORE}
        with office.standing(owner_url) as (acme, globex):
            full = furnished.furnished(acme, globex)
            yield empty | {
                each.name: _ask(full.client(each), full.address(each)) for each in STANDING
            }


def _ask(client: Client, address: str) -> Seen:
    client.get(address)  # the first visit may leave a note
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    return Seen(answer.status_code, len(queries), answer.content.decode())


def test_every_route_is_a_page_or_has_a_reason_not_to_be_one() -> None:
    asked = {name for name, route in INSIDE.items() if route.gets}
    asked |= {name for name, route in OUTSIDE.items() if route.gets != 405} | set(TELEVISIONS)

    assert asked == {each.route for each in EVERY_PAGE} | set(NOT_PAGES)
    assert [each.name for each in EVERY_PAGE if each.route in NOT_PAGES] == []


def test_every_page_has_a_name_of_its_own() -> None:
    names = [each.name for each in EVERY_PAGE]

    assert sorted(set(names)) == sorted(names)


def test_every_page_answers_whom_it_is_for_with_a_page(seen: dict[str, Seen]) -> None:
    # The gallery is shown by a demo only.
    assert {name: each.status for name, each in seen.items() if each.status != 200} == {
        "gallery": 404
    }
    assert [name for name, each in seen.items() if "<!doctype html>" not in each.markup] == []


def test_every_page_asks_as_many_queries_as_written_down(seen: dict[str, Seen]) -> None:
    asked = {name: each.queries for name, each in sorted(seen.items())}
    if os.environ.get("JUARA_WRITE_QUERY_COUNTS"):
        COUNTS.write_text(json.dumps(asked, indent=2) + "\n")

    assert asked == json.loads(COUNTS.read_text())


def test_no_page_loads_more_script_and_style_than_it_may(seen: dict[str, Seen]) -> None:
    loads = {name: weight.loaded_bytes(each.markup) / 1000 for name, each in seen.items()}

    assert {name: kb for name, kb in loads.items() if kb > MOST_KILOBYTES} == {}
    # So that nothing too heavy means something.
    assert loads["today"] > 50


def test_every_page_is_in_the_table_of_measurements() -> None:
    section = PERFORMANCE.read_text().partition("## Every page\n")[2].partition("\n## ")[0]

    listed = re.findall(r"^\| ([\w-]+) \| \w", section, re.MULTILINE)

    assert listed[1:] == [each.name for each in EVERY_PAGE]
