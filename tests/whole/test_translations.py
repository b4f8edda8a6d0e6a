"""Both languages say everything, and say it about the same things."""

import re

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from juara.leaderboards import queries
from juara.leaderboards.queries import Asked
from juara.metrics import operations as metrics
from juara.metrics.catalogue import CATALOGUE
from juara.tenancy.models import Organization
from tests import cast
from tools import translations

# %(name)s of gettext, {time} of the scripts, and the tags that stand in a sentence.
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|</?\w+>|%%")


def _texts(message: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [message] if isinstance(message, str) else list(message or ())


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_nothing_lacks_a_translation(language: str) -> None:
    assert translations.missing(language) == []


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_nothing_is_translated_that_nobody_says_any_more(language: str) -> None:
    spoken = {(message.id, message.context) for message in translations.template()}

    left_over = [
        message.id
        for message in translations.read(language)
        if message.id and (message.id, message.context) not in spoken
    ]

    assert left_over == [], "run make messages"


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_placeholders_are_the_same_in_both_languages(language: str) -> None:
    different = [
        (message.id, target)
        for message in translations.read(language)
        if message.id
        for target in _texts(message.string)
        # One form for any number stands for the English plural as well as for the singular.
        if all(
            sorted(_PLACEHOLDER.findall(source)) != sorted(_PLACEHOLDER.findall(target))
            for source in _texts(message.id)
        )
    ]

    assert different == []


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_a_sentence_ends_as_it_does_in_english(language: str) -> None:
    """A full stop, a colon or an ellipsis that got lost looks broken on the screen."""
    different = [
        (source, target)
        for message in translations.read(language)
        if message.id
        for source, target in zip(_texts(message.id)[:1], _texts(message.string), strict=False)
        if source[-1] in ".:…?" and source[-1] != target[-1]
    ]

    assert different == []


def test_indonesian_has_one_plural_form() -> None:
    assert translations.read("id").num_plurals == 1


def test_every_ready_metric_is_called_by_a_name_that_is_translated() -> None:
    collected = {message.id for message in translations.template()}

    assert {entry["name"] for entry in CATALOGUE} - collected == set()


def test_a_board_calls_its_metric_by_the_name_of_the_readers_language(
    inside: Organization,
) -> None:
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)
    cast.team("North")
    board = queries.board(Asked("deals_won", "2025-03"), now=cast.NOW)
    names = {}

    for language in ("en", "id"):
        with translation.override(language):
            context = {"board": board, "now": cast.NOW}
            page = render_to_string("live/_tv_board.html", context)
            found = re.search(r"<h1>(.*?)</h1>", page)
            names[language] = found[1] if found else ""

    assert names == {"en": "Deals won", "id": "Deal menang"}


def test_a_refusal_is_told_in_the_readers_language(db: None) -> None:
    # A request leaves its language to the thread it ran in.
    with translation.override("en"):
        response = Client().get("/tv/nobody/nothing/", headers={"Accept-Language": "id"})

    assert response.status_code == 404
    assert "Layar ini tidak terhubung. Minta alamat baru." in response.content.decode()
