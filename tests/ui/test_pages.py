"""What holds for every template and for what is built from the sources."""

import gzip
import json
import re
from pathlib import Path

import pytest
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils import translation

import juara
from juara.ui.gallery import gallery_context

PACKAGE = Path(juara.__file__).parent
BUILT = PACKAGE / "ui" / "static" / "ui"
TEMPLATES = sorted(PACKAGE.glob("**/templates/**/*.html"))

needs_build = pytest.mark.skipif(
    not (BUILT / "app.css").exists(), reason="the assets are not built: tools/assets.py"
)


def _name(file: Path) -> str:
    return file.as_posix().rsplit("/templates/", 1)[1]


@pytest.mark.parametrize("file", TEMPLATES, ids=_name)
def test_template_compiles(file: Path) -> None:
    get_template(_name(file))


@pytest.mark.parametrize("file", TEMPLATES, ids=_name)
def test_template_holds_nothing_the_content_policy_forbids(file: Path) -> None:
    text = re.sub(r"{%\s*comment\s*%}.*?{%\s*endcomment\s*%}", "", file.read_text(), flags=re.S)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text), "a script of its own"
    assert "<style" not in text
    assert not re.search(r"\son[a-z]+=", text), "an event attribute"
    assert "hx-on" not in text, "hx-on needs eval"
    assert not re.search(r"hx-trigger=\"[^\"]*\[", text), "a trigger's filter needs eval"
    assert not re.search(r"hx-(vals|headers|confirm)[^=]*=[\"']js:", text)
    # A style attribute only carries a number or a name to the stylesheet.
    for style in re.findall(r'style="([^"]*)"', text):
        assert style.startswith("--"), style


@pytest.mark.parametrize("language", ["en", "id"])
def test_the_gallery_shows_every_component(language: str) -> None:
    with translation.override(language):
        text = get_template("web/design/gallery.html").render(
            dict(gallery_context()), RequestFactory().get("/design/")
        )
    for part in ("status", "pill", "avatar", "progress", "freshness", "table", "empty", "banner"):
        assert f'class="{part}' in text


@needs_build
def test_a_page_loads_less_than_150_kb_of_style_and_script() -> None:
    weight = sum((BUILT / name).stat().st_size for name in ("app.css", "app.js", "theme.js"))
    assert weight < 150_000


@needs_build
def test_what_a_chart_loads_after_the_page_is_held_too_and_no_page_carries_it() -> None:
    charts = (BUILT / "charts.js").read_bytes()

    assert len(charts) < 550_000
    assert len(gzip.compress(charts)) < 190_000
    assert b"zrender" in charts or b"echarts" in charts
    for name in ("app.js", "histogram.js"):
        assert b"echarts" not in (BUILT / name).read_bytes(), name


@needs_build
def test_what_is_bundled_keeps_its_licence() -> None:
    text = (BUILT / "LICENSES.txt").read_text()

    for name in ("htmx.org", "echarts", "zrender", "tslib"):
        assert re.search(rf"^{re.escape(name)}\n\n\s*\S", text, re.MULTILINE), name
    assert "The Apache Software Foundation" in text


@needs_build
@pytest.mark.parametrize(
    "newer",
    [
        "@layer", "@container", "oklch(", "light-dark(", "color-mix(", ":is(", ":where(", ":has(",
        "inset:", "inset-inline", "margin-inline:", "padding-inline:", "aspect-ratio", "dvh",
        ":focus-visible",
    ],
)  # fmt: skip
def test_the_televisions_style_needs_nothing_newer_than_chromium_79(newer: str) -> None:
    assert newer not in (BUILT / "tv.css").read_text()


@needs_build
def test_the_televisions_style_has_gaps_only_where_chromium_79_knows_them() -> None:
    assert not re.search(r"[{;](row-|column-)?gap:", (BUILT / "tv.css").read_text())


@needs_build
def test_the_televisions_script_is_lowered() -> None:
    text = (BUILT / "tv.js").read_text()
    assert "?." not in re.sub(r"\d?\?\.\d", "", text)
    assert "??" not in text
    assert "replaceAll" not in text
    assert not re.search(r"\b(import|export)\b", text)


@needs_build
def test_no_bundle_reaches_for_another_host() -> None:
    for file in BUILT.iterdir():
        if file.suffix in {".css", ".js"}:
            found = re.findall(r"https?://[\w.-]+", file.read_text())
            assert set(found) <= {"http://www.w3.org"}, file.name


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((PACKAGE.parent / "package-lock.json").read_text())
    for name, package in lock["packages"].items():
        assert "resolved" not in package, name
        assert not name or "integrity" in package, name


def test_every_dependency_is_pinned_exactly() -> None:
    package = json.loads((PACKAGE.parent / "package.json").read_text())
    for versions in (package["dependencies"], package["devDependencies"]):
        for name, version in versions.items():
            assert re.fullmatch(r"\d+\.\d+\.\d+", version), name
