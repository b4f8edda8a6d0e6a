"""References: in memory while small, in a scratch file when large, the same either way."""

from pathlib import Path

import pytest

from juara.connect.translate import references
from juara.connect.translate.references import Reference, letters_of


def test_a_large_reference_answers_as_a_small_one_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(references, "KEPT_IN_MEMORY", 100)
    small = Reference("small", ["a", "b"], tmp_path)
    large = Reference("large", ["a", "b"], tmp_path)
    for number in range(25_000):
        large.add(f"key {number}", (f"a{number}", f"b{number}"))
    large.add("key 5", ("second", "second"))
    large.complete()
    for number in range(50):
        small.add(f"key {number}", (f"a{number}", f"b{number}"))
    small.add("key 5", ("second", "second"))
    small.complete()
    assert (tmp_path / "large.sqlite").exists()
    assert not (tmp_path / "small.sqlite").exists()
    assert (len(small), len(large)) == (50, 25_000)
    for reference in (small, large):
        assert reference.repeated == 1
        assert reference.get("key 5") == ("a5", "b5")
        assert reference.get("none") is None
    assert large.get("key 24999") == ("a24999", "b24999")
    large.close()


def test_the_same_letters_come_before_mere_likeness(tmp_path: Path) -> None:
    reference = Reference("products", [], tmp_path)
    for name in ("GTX Pro", "GTX Plus Pro", "MG Special"):
        reference.add(name, ())
    assert reference.closest("gtx-PRO") == "GTX Pro"
    assert reference.closest("MG Speciall") == "MG Special"
    assert reference.closest("Nothing alike") == ""


def test_letters_and_digits_alone_make_a_spelling() -> None:
    assert letters_of("GTX-Pro 2_b") == "gtxpro2b"
