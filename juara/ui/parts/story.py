"""What happened, what holds when, and what is to do next."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from juara.core.calendar import ALWAYS, FOREVER
from juara.ui import formats
from juara.ui.components import one_of
from juara.ui.registry import TREATMENTS, components, filled

STEPS = {
    "done": gettext_lazy("Done"),
    "current": gettext_lazy("You are here"),
    "next": gettext_lazy("Still to come"),
}
JOBS = {
    "waiting": ("clock", gettext_lazy("Waiting for its turn")),
    "running": ("loader", gettext_lazy("Under way")),
    "done": ("circle-check", gettext_lazy("Done")),
    "failed": ("octagon-alert", gettext_lazy("It did not work")),
    "stopped": ("circle-minus", gettext_lazy("Stopped")),
}
CHECKS = {
    "done": ("circle-check", gettext_lazy("Done")),
    "current": ("circle-dot", gettext_lazy("Next")),
    "open": ("circle", gettext_lazy("To do")),
    "skipped": ("circle-minus", gettext_lazy("Skipped")),
}


@components.part("stepper.html")
def stepper(label: str, *, steps: Sequence[tuple[str, str, str]]) -> dict[str, Any]:
    """Show numbered steps from (label, address, state) triples.

    The state is done, current or next; an empty address makes a step that cannot be gone to.
    """
    for _label, _address, state in steps:
        one_of("stepper", "state", state, STEPS)
    return {
        "label": label,
        "steps": [(text, address, state, STEPS[state]) for text, address, state in steps],
    }


@components.wrapper
def timeline(content: str, *, label: str) -> SafeString:
    """Hold `{% timeline_entry %}`s: what holds from when until when, newest first."""
    return filled("timeline.html", content, {"label": label})


@components.wrapper
def timeline_entry(
    content: str,
    *,
    title: str,
    from_day: date | None = None,
    until_day: date | None = None,
    when: str = "",
    icon: str = "",
    is_current: bool = False,
) -> SafeString:
    """Show one entry: its days (half-open, the sentinels understood) or `when` in words."""
    days = when or span_of_days(from_day, until_day)
    values = {"title": title, "days": days, "icon": icon, "is_current": is_current}
    return filled("timeline_entry.html", content.strip(), values)


def span_of_days(from_day: date | None, until_day: date | None) -> str:
    """Write half-open days as people say them: since, until, from and to, or always."""
    begins = None if from_day in (None, ALWAYS) else from_day
    ends = None if until_day in (None, FOREVER) else until_day
    if begins and ends:
        return formats.day_range(begins, ends)
    if begins:
        return _("since %(day)s") % {"day": formats.day(begins)}
    if ends:
        return _("until %(day)s") % {"day": formats.day(ends - timedelta(days=1))}
    return _("always")


@components.wrapper
def feed(content: str, *, label: str, key: str = "") -> SafeString:
    """Hold `{% feed_item %}`s, newest first."""
    return filled("feed.html", content, {"label": label, "key": key})


@components.wrapper
def feed_item(
    content: str,
    *,
    name: str,
    at: datetime | None = None,
    now: datetime | None = None,
    picture_url: str = "",
    value: str = "",
    url: str = "",
    icon: str = "",
    key: str = "",
) -> SafeString:
    """Show what just happened: whose doing, the sentence (the content), when, and how much.

    `icon` is drawn on the avatar's corner; `url` opens what stands behind the value. `at` and
    `now` belong together; a thing of a day without a time has neither.
    """
    values = {
        "name": name,
        "picture_url": picture_url,
        "at": at,
        "at_text": formats.relative(at, now) if at and now else "",
        "value": value,
        "url": url,
        "icon": icon,
        "key": key,
    }
    return filled("feed_item.html", content, values)


@components.wrapper
def checklist(content: str, *, label: str) -> SafeString:
    """Hold `{% checklist_item %}`s."""
    return filled("checklist.html", content, {"label": label})


@components.wrapper
def checklist_item(
    content: str,
    *,
    title: str,
    state: str = "open",
    text: str = "",
    url: str = "",
) -> SafeString:
    """Show something to do: done, current, open or skipped; the content is what can be done."""
    symbol, word = CHECKS[one_of("checklist_item", "state", state, CHECKS)]
    values = {
        "title": title,
        "state": state,
        "text": text,
        "url": url,
        "icon": symbol,
        "word": word,
    }
    return filled("checklist_item.html", content.strip(), values)


@components.part("description_list.html")
def description_list(items: Sequence[tuple[str, str]], *, layout: str = "rows") -> dict[str, Any]:
    """Show what things are called and what they are, from (term, text) pairs; no text, a dash."""
    return {
        "items": [(term, text or formats.NO_VALUE) for term, text in items],
        "layout": one_of("description_list", "layout", layout, ("rows", "columns")),
    }


@components.wrapper
def job_progress(
    content: str,
    *,
    label: str,
    state: str,
    done: int = 0,
    total: int | None = None,
    unit: str = "",
) -> SafeString:
    """Show long work: its state in words, a bar and the count; the content says what comes next.

    Without `total` the bar only says that something is going on. Put it in a region that
    refreshes itself; `unit` is the word after the count ("rows").
    """
    symbol, word = JOBS[one_of("job_progress", "state", state, JOBS)]
    share = min(done / total, 1) if total else 0.0
    values = {
        "label": label,
        "state": state,
        "icon": symbol,
        "word": word,
        "has_total": bool(total),
        "percent": int(share * 100),
        "shown": f"{share:.4f}",
        "percent_text": formats.percent(int(share * 100) / 100) if total else "",
        "count": formats.number(done),
        "total": formats.number(total) if total else "",
        "unit": unit,
        "tone": {"failed": "bad", "done": "good"}.get(state, "accent"),
    }
    return filled("job_progress.html", content.strip(), values)


@components.wrapper
def chart_card(
    content: str, *, title: str, meaning: str = "", tone: str = "neutral", url: str = ""
) -> SafeString:
    """Frame a chart: its title, one sentence that says what it means, the chart as content."""
    one_of("chart_card", "tone", tone, TREATMENTS)
    values = {"title": title, "meaning": meaning, "tone": tone, "url": url}
    return filled("chart_card.html", content, values)
