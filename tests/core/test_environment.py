"""What the environment says: database addresses, yes and no, and the kept secret."""

import stat
from pathlib import Path

import pytest

from juara.core import environment
from juara.core.environment import DatabaseAddress, parse_database_url


def test_a_database_url_is_taken_apart() -> None:
    assert parse_database_url(
        "postgresql://juara:secret@db.example.com:6543/sales?sslmode=require"
    ) == DatabaseAddress(
        name="sales",
        user="juara",
        password="secret",
        host="db.example.com",
        port="6543",
        options={"sslmode": "require"},
    )


def test_the_short_scheme_and_a_bare_address_are_accepted() -> None:
    assert parse_database_url("postgres:///sales") == DatabaseAddress(
        name="sales", user="", password="", host="", port="", options={}
    )


def test_a_password_may_hold_any_character_percent_encoded() -> None:
    found = parse_database_url("postgresql://u%40x:p%2F%3A%40%23+%25@h/my%20db")

    assert (found.user, found.password, found.name) == ("u@x", "p/:@#+%", "my db")


def test_a_socket_directory_is_given_as_the_host_option() -> None:
    found = parse_database_url("postgresql://juara@/sales?host=/run/juara&port=5433")

    assert (found.host, found.port, found.options) == ("/run/juara", "5433", {})


def test_an_address_of_ipv6_keeps_its_host() -> None:
    found = parse_database_url("postgresql://u@[::1]:5432/sales")

    assert (found.host, found.port) == ("::1", "5432")


@pytest.mark.parametrize(
    "url",
    [
        "", "sales", "mysql://u@h/sales", "postgresql://u@h", "postgresql://u@h/",
        "postgresql://u@h:port/sales", "postgresql://u@h:99999/sales", "postgresql://u@[::1/sales",
        "postgresql+psycopg://u@h/sales",
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_the_expected_form(url: str) -> None:
    with pytest.raises(ValueError, match="postgresql://user:password@host:5432/database"):
        parse_database_url(url)


def test_a_refused_address_does_not_repeat_its_password() -> None:
    with pytest.raises(ValueError) as refused:
        parse_database_url("mysql://u:hush@h/sales")
    assert "hush" not in str(refused.value)


def test_database_settings_bound_the_connections_of_a_process() -> None:
    settings = environment.database_settings("postgresql://u:p@h:1/n?sslmode=require")

    assert settings["ENGINE"] == "django.db.backends.postgresql"
    assert (settings["NAME"], settings["USER"], settings["HOST"]) == ("n", "u", "h")
    assert settings["CONN_MAX_AGE"] == 0
    assert settings["OPTIONS"]["sslmode"] == "require"
    assert settings["OPTIONS"]["pool"]["max_size"] > 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1", True), ("TRUE", True), (" yes ", True), ("on", True), ("0", False), ("", False),
     ("no", False), ("maybe", False)],
)  # fmt: skip
def test_a_flag_is_yes_only_for_words_that_mean_it(
    monkeypatch: pytest.MonkeyPatch, text: str, *, expected: bool
) -> None:
    monkeypatch.setenv("JUARA_A_FLAG", text)
    assert environment.flag("JUARA_A_FLAG") is expected


def test_a_flag_not_set_has_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUARA_A_FLAG", raising=False)

    assert environment.flag("JUARA_A_FLAG") is False
    assert environment.flag("JUARA_A_FLAG", default=True) is True


def test_the_data_directory_is_the_one_given(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JUARA_HOME", str(tmp_path / "here"))
    assert environment.home() == (tmp_path / "here").resolve()


def test_the_secret_key_is_made_once_and_only_its_owner_can_read_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("JUARA_SECRET_KEY", raising=False)
    home = tmp_path / "new"

    first = environment.secret_key(home)

    assert len(first) >= 48
    assert environment.secret_key(home) == first
    assert stat.S_IMODE((home / "secret-key").stat().st_mode) == 0o600
    assert environment.secret_key(tmp_path / "other") != first


def test_a_secret_key_in_the_environment_is_not_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JUARA_SECRET_KEY", "given")

    assert environment.secret_key(tmp_path / "none") == "given"
    assert not (tmp_path / "none").exists()
