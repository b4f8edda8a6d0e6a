"""Collecting and compiling translations, without GNU gettext.

`collect` brings juara/locale/*/LC_MESSAGES/django.po up to date with the sources, `compile` makes
the .mo files Django reads, and `missing` lists what has no translation yet.
"""

import re
import sys
import warnings
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "juara"
LANGUAGES = ("id",)
_KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3), "npgettext_lazy": ((1, "c"), 2, 3),
}  # fmt: skip


_CALL = re.compile(
    r"\b(?:n?p?gettext|_)\((?:[^()'\"]|u?'(?:\\.|[^'\\])*'|u?\"(?:\\.|[^\"\\])*\")*\)", re.DOTALL
)


def _path(language: str) -> Path:
    return SOURCE / "locale" / language / "LC_MESSAGES" / "django.po"


def _sources() -> Iterator[tuple[Path, str]]:
    for path in sorted(SOURCE.rglob("*")):
        if "locale" in path.parts or "migrations" in path.parts or "static" in path.parts:
            continue
        if path.suffix == ".py":
            yield path, path.read_text()
        elif path.suffix in {".html", ".txt"}:
            with warnings.catch_warnings():
                # A note for translators beside other text is left where it is.
                warnings.simplefilter("ignore")
                text = templatize(path.read_text(), origin=str(path))
            # What Django makes of a template is calls among filler, no program: keep the calls.
            yield path, "\n".join(found[0] for found in _CALL.finditer(text))


def template() -> Catalog:
    """Return every string of the product that wants translating."""
    catalog = Catalog(project="Juara", fuzzy=False)
    for path, text in _sources():
        found = extract(
            "python", BytesIO(text.encode()), keywords=_KEYWORDS, comment_tags=["Translators:"]
        )
        for _line, message, comments, context in found:
            wanted = message
            if isinstance(message, tuple) and not all(message):
                continue
            flags = {"python-format"} if _is_format(wanted) else set()
            catalog.add(
                wanted, locations=[(str(path.relative_to(ROOT)), 0)], auto_comments=comments,
                context=context, flags=flags,
            )  # fmt: skip
    return catalog


def _is_format(message: str | tuple[str, ...]) -> bool:
    texts = [message] if isinstance(message, str) else message
    return any(re.search(r"%\(\w+\)[sd]", text) for text in texts)


def collect() -> None:
    fresh = template()
    for language in LANGUAGES:
        path = _path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        catalog = read(language)
        catalog.update(fresh, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        written = BytesIO()
        write_po(
            written, catalog, omit_header=False, include_lineno=False, sort_output=True, width=100
        )
        # Dates of collection would change the file with every run.
        dated = r'"(POT-Creation-Date|PO-Revision-Date|Generated-By).*\n'
        text = re.sub(dated, "", written.getvalue().decode())
        path.write_text(text)


def read(language: str) -> Catalog:
    path = _path(language)
    if not path.exists():
        return Catalog(locale=language, project="Juara", fuzzy=False)
    return read_po(StringIO(path.read_text()), locale=language)


def compile_all() -> None:
    for language in LANGUAGES:
        target = _path(language).with_suffix(".mo")
        with target.open("wb") as file:
            write_mo(file, read(language))


def missing(language: str) -> list[str]:
    """Return the strings of the product that a language lacks, in words or plural forms."""
    translated = read(language)
    lacking = []
    for message in template():
        if not message.id:
            continue
        found = translated.get(message.id, message.context)
        text = found.string if found else ""
        complete = all(text) if isinstance(text, list | tuple) else bool(text)
        if not complete:
            lacking.append(str(message.id))
    return lacking


def main() -> None:
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command == "collect":
        collect()
    elif command == "compile":
        compile_all()
    elif command == "missing":
        for language in LANGUAGES:
            for text in missing(language):
                print(f"{language}: {text}")
    else:
        sys.exit("usage: translations.py collect | compile | missing")


if __name__ == "__main__":
    main()
