from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError

from juara.ui import drawing
from juara.ui.templatetags import juara_ui

NOW = datetime(2026, 11, 23, 7, 2, tzinfo=UTC)


def drawn(source: str, **values: object) -> str:
    text = Template("{% load juara_ui %}" + source).render(Context(values))
    return " ".join(text.split())


def test_an_unknown_argument_fails_when_the_template_compiles_and_names_the_known_ones() -> None:
    with pytest.raises(TemplateSyntaxError, match=r"'colour'.*accepts: label, tone, icon\."):
        Template("{% load juara_ui %}{% pill label='New' colour='red' %}")


def test_an_unknown_argument_of_a_wrapper_fails_and_does_not_name_its_content() -> None:
    with pytest.raises(TemplateSyntaxError, match=r"accepts: title, text, picture\."):
        Template("{% load juara_ui %}{% empty_state titel='x' %}{% endempty_state %}")


def test_a_value_no_component_knows_names_the_accepted_ones() -> None:
    with pytest.raises(TemplateSyntaxError, match="'on_trak'; accepted: on_track, behind"):
        drawn("{% status 'on_trak' %}")


def test_an_icon_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(TemplateSyntaxError, match="no icon is called 'unicorn-on-fire'"):
        drawn("{% icon 'unicorn-on-fire' %}")


def test_status_is_a_shape_and_a_word() -> None:
    for state, (_, word) in juara_ui.STATUSES.items():
        text = drawn("{% status state %}", state=state)
        assert "<svg" in text
        assert str(word) in text


@pytest.mark.parametrize(
    ("places", "words"),
    [(1, "Up 1 place"), (3, "Up 3 places"), (-2, "Down 2 places"), (0, "Same place")],
)
def test_movement_is_told_in_words_too(places: int, words: str) -> None:
    assert f'<span class="visually-hidden">{words}</span>' in drawn(
        "{% movement places %}", places=places
    )


def test_movement_says_nothing_when_nothing_can_be_compared() -> None:
    assert drawn("{% movement places %}", places=None) == '<span class="movement"></span>'


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Anna Sari", "AS"),
        ("Oscar de la Hoya", "OH"),
        ("Teguh", "T"),
        ("  ", "?"),
        ("(none) Ébène", "É"),
    ],
)
def test_initials_are_of_the_first_and_the_last_word(name: str, initials: str) -> None:
    assert drawing.initials_of(name) == initials


def test_a_name_keeps_its_colour() -> None:
    assert drawing.hue_of("Anna Sari") == 220
    assert 0 <= drawing.hue_of("Budi") < 360


def test_text_of_people_is_escaped_everywhere() -> None:
    bad = "<script>alert(1)</script>"
    sources = (
        "{% avatar bad %}{% pill label=bad %}{% stat label=bad value=bad note=bad %}"
        "{% button label=bad href=bad %}{% progress label=bad share=0.5 %}{% kbd bad %}"
        "{% page_header title=bad eyebrow=bad lead=bad %}{{ bad }}{% endpage_header %}"
        "{% empty_state title=bad text=bad %}{{ bad }}{% endempty_state %}"
        "{% banner %}{{ bad }}{% endbanner %}"
    )
    assert "<script" not in drawn(sources, bad=bad)


def test_a_bar_ends_at_the_whole_and_its_words_do_not() -> None:
    text = drawn("{% progress label='Calls' share=1.2 expected=0.5 %}")
    assert "--share: 1.0000" in text
    assert "Calls: 120%, 50% expected by now" in text


def test_freshness_says_what_waits_and_what_belongs_to_nobody() -> None:
    text = drawn("{% freshness as_of=now now=now waiting=3 unassigned=1 %}", now=NOW)
    assert "As of" in text
    assert "3 rows waiting" in text
    assert "1 unassigned" in text
    assert "data-late" not in text


def test_freshness_says_when_the_source_is_late() -> None:
    text = drawn("{% freshness as_of=now now=now lag_seconds=10800 %}", now=NOW)
    assert "source 3h behind" in text
    assert "data-late" in text


def test_freshness_says_that_nothing_arrived_yet() -> None:
    assert "Nothing has arrived yet" in drawn("{% freshness as_of=None now=now %}", now=NOW)


@pytest.mark.parametrize(
    ("age", "words"), [(30, "Connected"), (720, "Connected"), (721, "Not connected")]
)
def test_presence_outlasts_one_stream(age: int, words: str) -> None:
    seen = NOW - timedelta(seconds=age)
    assert words in drawn("{% presence seen now=now %}", seen=seen, now=NOW)


def test_presence_of_what_was_never_seen_says_so() -> None:
    assert "Never opened yet" in drawn("{% presence None now=now %}", now=NOW)


class _Form(forms.Form):
    name = forms.CharField(help_text="As it is said aloud.")


def test_a_field_ties_help_and_error_to_its_control() -> None:
    text = drawn("{% field form.name %}", form=_Form({"name": ""}))
    assert 'aria-describedby="id_name_help id_name_error"' in text
    assert 'aria-invalid="true"' in text
    assert 'id="id_name_help"' in text
    assert 'id="id_name_error"' in text
    assert "This field is required." in text


def test_a_sound_field_is_not_marked() -> None:
    text = drawn("{% field form.name label='Title' %}", form=_Form())
    assert "aria-invalid" not in text
    assert '<label class="field-label" for="id_name">Title' in text


def test_one_page_needs_no_pagination() -> None:
    assert drawn("{% pagination page=1 page_count=1 %}") == ""
    assert "Page 2 of 14" in drawn("{% pagination page=2 page_count=14 %}")
