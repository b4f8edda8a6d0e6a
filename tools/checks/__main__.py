"""Run every check; print what fails; exit non-zero if anything does."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent

CHECKS: tuple[tuple[str, list[str]], ...] = (
    ("ruff", [str(BIN / "ruff"), "check", "--quiet", "."]),
    ("format", [str(BIN / "ruff"), "format", "--check", "--quiet", "."]),
    ("import rules", [str(BIN / "lint-imports"), "--no-cache"]),
    ("types", [str(BIN / "mypy"), "--no-error-summary"]),
    ("templates", [str(BIN / "djlint"), "juara", "--lint", "--quiet"]),
    ("migrations", [sys.executable, "-m", "tools.checks.migrations"]),
    ("system", [str(BIN / "django-admin"), "check", "--deploy", "--fail-level", "WARNING"]),
    ("house rules", [sys.executable, "-m", "tools.checks.house"]),
)


def main() -> int:
    environment = os.environ | {
        "JUARA_HOME": tempfile.mkdtemp(prefix="juara-check-"),
        "DJANGO_SETTINGS_MODULE": "juara.config.settings",
        "JUARA_HTTPS": "1",
    }
    failed = 0
    for name, command in CHECKS:
        began = time.monotonic()
        result = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        mark = "ok" if result.returncode == 0 else "FAILS"
        print(f"{mark:6} {name} ({time.monotonic() - began:.1f} s)", flush=True)
        if result.returncode:
            failed += 1
            print((result.stdout + result.stderr).strip(), flush=True)
    return 1 if failed else 0


sys.exit(main())
