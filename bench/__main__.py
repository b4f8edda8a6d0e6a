"""`python -m bench [which] …`: run benchmarks and print what they found; see bench/README.md."""

import argparse
import json
import os
from pathlib import Path
from typing import Any

import django

os.environ.pop("DATABASE_URL", None)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "juara.config.settings")
django.setup()

# Models can be imported only now.
from bench import absorb, boards, forecasts, goals, imports, pages, recounts, refresh, screens  # noqa: E402

_CHOICES = [
    "imports", "absorb", "boards", "refresh", "recounts", "pages", "screens", "forecasts", "goals",
]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("which", nargs="?", choices=_CHOICES)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--members", type=int, default=1_000)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--history", type=int, nargs="+", default=[50_000, 500_000])
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1_000, 10_000])
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--seeds", type=int, nargs="*", default=[7, 11])
    parser.add_argument("--data", type=Path, help="the folder of real data sets")
    parser.add_argument("--format", choices=["text", "json"], default="text")
    asked = parser.parse_args()
    found: dict[str, Any] = {}
    if asked.which in (None, "imports"):
        found["imports"] = imports.run(asked.rows)
    if asked.which in (None, "absorb"):
        found["absorb"] = absorb.run(tuple(asked.history), asked.repeats)
    if asked.which in (None, "boards"):
        found["boards"] = boards.run(tuple(asked.sizes), asked.repeats)
    if asked.which in (None, "refresh"):
        found["refresh"] = refresh.run(asked.repeats)
    if asked.which in (None, "recounts"):
        found["recounts"] = recounts.run(asked.records, asked.repeats)
    if asked.which in (None, "pages"):
        found["pages"] = pages.run(asked.members, asked.repeats * 3)
    if asked.which == "screens":
        found["screens"] = screens.run(asked.repeats)
        screens.write(found["screens"])
    if asked.which == "forecasts":
        found["forecasts"] = forecasts.run(tuple(asked.seeds), asked.data)
    if asked.which == "goals":
        found["goals"] = goals.run((goals.TEAM, goals.COMPANY), asked.repeats)
    if asked.format == "json":
        print(json.dumps(found))
    else:
        _print(found)


def _print(found: Any, indent: str = "") -> None:
    for name, value in found.items():
        if isinstance(value, dict):
            print(f"{indent}{name}")
            _print(value, indent + "  ")
        elif isinstance(value, list):
            for each in value:
                print(f"{indent}{name}")
                _print(each, indent + "  ")
        elif isinstance(value, float):
            print(
                f"{indent}{name}: {value:,.2f}" if value < 100 else f"{indent}{name}: {value:,.0f}"
            )
        else:
            print(
                f"{indent}{name}: {value}"
                if isinstance(value, str)
                else f"{indent}{name}: {value:,}"
            )


main()
