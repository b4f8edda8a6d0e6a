from datetime import UTC, date, datetime, timedelta

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError

from juara.core.calendar import ALWAYS, FOREVER
from juara.ui import drawing
from juara.ui.parts import story
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
        "{% banner %}{{ bad }}{% endbanner %}{% avatar bad bad %}"
        "{% progress_ring label=bad share=1 value=bad note=bad %}"
        "{% pace_bar label=bad value=bad target=bad share=1 state='done' %}"
        "{% line_row name=bad value=bad share=1 state='done' needed=bad note=bad url=bad %}"
        "{% sparkline label=bad values=numbers texts=texts %}"
        "{% timeline_entry title=bad when=bad %}{{ bad }}{% endtimeline_entry %}"
        "{% feed_item name=bad value=bad url=bad picture_url=bad %}{{ bad }}{% endfeed_item %}"
        "{% checklist_item title=bad text=bad url=bad %}{{ bad }}{% endchecklist_item %}"
        "{% dialog id='d' title=bad lead=bad %}{{ bad }}{% enddialog %}"
        "{% job_progress label=bad state='done' unit=bad %}{{ bad }}{% endjob_progress %}"
        "{% copy_field id='c' label=bad value=bad %}{% file_drop name='f' label=bad help=bad %}"
        "{% filter_bar action=bad label=bad search=bad %}{{ bad }}{% endfilter_bar %}"
        "{% row_actions label=bad %}{{ bad }}{% endrow_actions %}{% column label=bad url=bad %}"
        "{% chart_card title=bad meaning=bad %}{{ bad }}{% endchart_card %}"
    )
    assert "<script" not in drawn(sources, bad=bad, numbers=[1], texts=[bad])


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


# --- Goals and pace ---


def test_a_ring_says_in_words_what_it_draws() -> None:
    text = drawn(
        "{% progress_ring label='Calls' share=0.62 value='31' note='of 50' expected=0.5"
        " state='behind' %}"
    )
    assert 'aria-label="Calls: 31 of 50, 62%, 50% expected by now, Behind"' in text
    assert 'stroke-dasharray="62.00 100"' in text
    assert 'transform="rotate(180.0 50 50)"' in text


@pytest.mark.parametrize(("share", "arc"), [(1.4, '"100.00 100"'), (-1, '"0.00 100"')])
def test_a_ring_ends_at_the_whole_and_begins_at_nothing(share: float, arc: str) -> None:
    assert f"stroke-dasharray={arc}" in drawn(
        "{% progress_ring label='Calls' share=share %}", share=share
    )


@pytest.mark.parametrize(("share", "words"), [(0, "0%"), (None, "–")])
def test_a_ring_of_nothing_or_of_no_value_draws_no_arc(share: float | None, words: str) -> None:
    text = drawn("{% progress_ring label='Calls' share=share %}", share=share)
    assert "ring-arc" not in text
    assert f'aria-label="Calls: {words}"' in text


def test_a_pace_bar_says_value_target_status_and_where_it_should_be() -> None:
    text = drawn(
        "{% pace_bar label='Calls' value='31' target='50' share=0.62 expected=0.5"
        " expected_text='25' state='on_track' %}"
    )
    assert "<strong>31</strong> of 50" in text
    assert "25 expected by now" in text
    assert "On track" in text
    assert 'style="--share: 0.6200; --expected: 0.5000"' in text


def test_a_pace_bar_without_target_has_neither_tick_nor_length() -> None:
    text = drawn("{% pace_bar label='Calls' value='31' share=None state='no_target' %}")
    assert 'style="--share: 0"' in text
    assert "pace-tick" not in text
    assert "expected by now" not in text
    assert "No target" in text


def test_a_line_says_what_is_still_needed_and_opens_what_is_behind_it() -> None:
    text = drawn(
        "{% line_row name='Calls' value='31' target='50' share=0.62 state='behind'"
        " needed='19 more' url='/calls/' key='calls' %}"
    )
    assert '<a href="/calls/">Calls</a>' in text
    assert "19 more" in text
    assert 'data-key="calls"' in text
    assert 'data-roll="calls"' in text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((3, 9, 1, 7), "from 3 to 7, lowest 1, highest 9"),
        ((None, 2.5, None), "from 2.5 to 2.5, lowest 2.5, highest 2.5"),
        ((None, None), "no values yet"),
        ((), "no values yet"),
    ],
)
def test_a_sparkline_is_told_in_words(values: tuple[float | None, ...], words: str) -> None:
    text = drawn("{% sparkline label='Calls' values=values %}", values=values)
    assert f'aria-label="Calls: {words}"' in text


def test_a_curve_rises_to_the_right_and_is_interrupted_where_there_is_no_value() -> None:
    curve = drawing.curve([0, 10, None, 5])
    assert curve.strokes == "M2.0 25.0L34.0 3.0M98.0 14.0"
    assert curve.end == ("98.0", "14.0")
    assert drawing.curve([4, 4]).strokes == "M2.0 14.0L98.0 14.0"


# --- Steps, time, lists ---


def test_a_step_is_gone_to_unless_it_is_the_one_or_cannot_be() -> None:
    steps = [("File", "/1/", "done"), ("Check", "/2/", "current"), ("Import", "", "next")]
    text = drawn("{% stepper label='Import' steps=steps %}", steps=steps)
    assert 'href="/1/"' in text
    assert 'href="/2/"' not in text
    assert text.count('aria-current="step"') == 1
    assert 'Check<span class="visually-hidden">, You are here</span>' in text


def test_a_step_of_no_known_state_is_an_error() -> None:
    with pytest.raises(TemplateSyntaxError, match="'begun'; accepted: done, current, next"):
        drawn("{% stepper label='x' steps=steps %}", steps=[("File", "", "begun")])


@pytest.mark.parametrize(
    ("from_day", "until_day", "words"),
    [
        (date(2026, 3, 1), FOREVER, "since Mar 1, 2026"),
        (date(2026, 3, 1), None, "since Mar 1, 2026"),
        (ALWAYS, date(2026, 3, 1), "until Feb 28, 2026"),
        (date(2026, 3, 1), date(2026, 3, 3), "Mar 1 – 2, 2026"),
        (ALWAYS, FOREVER, "always"),
    ],
)
def test_days_of_a_span_are_said_as_people_say_them(
    from_day: date, until_day: date | None, words: str
) -> None:
    said = story.span_of_days(from_day, until_day)
    assert said.replace("\u2009", " ") == words


def test_a_feed_says_who_what_when_and_how_much() -> None:
    text = drawn(
        "{% feed label='Now' %}{% feed_item name='Ana' at=at now=now value='$50' url='/r/' %}"
        "<b>Ana</b> won{% endfeed_item %}{% endfeed %}",
        at=NOW - timedelta(minutes=3), now=NOW,
    )  # fmt: skip
    assert "<b>Ana</b> won" in text
    assert ">3 minutes ago</time>" in text
    assert '<a href="/r/">$50</a>' in text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("state='running' done=48200 total=100000 unit='rows'", "48,200 of 100,000 rows"),
        ("state='running' done=120", "<span>120</span>"),
        ("state='failed' done=1 total=3", "33%"),
        ("state='waiting'", "Waiting for its turn"),
    ],
)
def test_long_work_is_told_with_its_count(given: str, words: str) -> None:
    text = drawn("{% job_progress label='Import' " + given + " %}{% endjob_progress %}")
    assert words in text


def test_work_without_a_known_end_claims_no_share() -> None:
    text = drawn("{% job_progress label='Import' state='running' %}{% endjob_progress %}")
    assert "aria-valuenow" not in text
    assert "data-endless" in text


def test_a_fact_without_text_is_a_dash() -> None:
    assert "<dt>Buddy</dt><dd>–</dd>" in drawn("{% description_list f %}", f=[("Buddy", "")])


# --- Forms and tables ---


class _Kinds(forms.Form):
    on = forms.BooleanField(help_text="Why.")
    way = forms.ChoiceField(widget=forms.RadioSelect, choices=[("a", "Alpha"), ("b", "Beta")])


def test_a_checkbox_is_a_switch_inside_its_label() -> None:
    text = drawn("{% field form.on %}", form=_Kinds({}))
    assert 'class="switch-input"' in text
    assert 'aria-describedby="id_on_help id_on_error"' in text
    assert text.count("<label") == 1


def test_radio_buttons_are_a_group_with_a_legend() -> None:
    text = drawn("{% field form.way %}", form=_Kinds({"way": "b"}))
    assert '<legend class="field-label">Way' in text
    assert text.count('type="radio"') == 2
    assert text.count("checked") == 1


def test_a_form_with_errors_names_the_fields_to_look_at() -> None:
    form = _Kinds({})
    form.add_error(None, "Both cannot be.")
    text = drawn("{% form_errors form %}", form=form)
    assert "<p>Both cannot be.</p>" in text
    assert "2 fields need another look:" in text
    assert '<a href="#id_on">On</a>' in text
    assert drawn("{% form_errors form %}", form=_Kinds({"on": "1", "way": "a"})) == ""


def test_a_sorted_column_says_so_and_leads_to_the_other_way_round() -> None:
    text = drawn("{% column label='Name' url='?sort=-name' order='ascending' %}")
    assert 'aria-sort="ascending"' in text
    assert 'href="?sort=-name"' in text
    assert "aria-sort" not in drawn("{% column label='Name' url='?sort=name' %}")


def test_a_picture_stands_over_the_initials_it_may_have_to_give_way_to() -> None:
    text = drawn("{% avatar 'Anna Sari' '/p.webp' %}")
    assert 'AS<img class="avatar-picture" src="/p.webp" alt="" loading="lazy">' in text
    assert "<img" not in drawn("{% avatar 'Anna Sari' %}")


def test_what_a_filter_bar_takes_along_is_hidden_in_it() -> None:
    text = drawn(
        "{% filter_bar action='/p/' label='Find' search='ann' target='#list' hidden=also %}"
        "{% endfilter_bar %}",
        also={"sort": "-name"},
    )
    assert '<input type="hidden" name="sort" value="-name">' in text
    assert 'value="ann"' in text
    assert 'hx-target="#list"' in text
