"""The settings: every fault is told at once, and the example file is what the class says."""

import os
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, env_example, load_settings
from tests.house.tree import PROJECT

NO_FILE = Path("no-such.env")


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("TRUCSO_"):
            monkeypatch.delenv(name)


def faults_of(env_file: Path = NO_FILE) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(env_file)
    return caught.value.faults


def test_without_any_setting_everything_has_a_default() -> None:
    settings = load_settings(NO_FILE)
    assert settings.database_url.get_secret_value() == "sqlite:///data/trucso.db"
    assert (settings.web_host, settings.web_port) == ("127.0.0.1", 8765)


def test_the_database_lies_in_the_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUCSO_DATA_DIR", "/srv/xa-mau")
    assert load_settings(NO_FILE).database_url.get_secret_value() == "sqlite:////srv/xa-mau/trucso.db"


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("TRUCSO_WEB_PORT=9001\nTRUCSO_TICK_SECONDS=9\nOTHER_PROGRAM=1\n")
    monkeypatch.setenv("TRUCSO_WEB_PORT", "9002")
    settings = load_settings(env_file)
    assert (settings.web_port, settings.tick_seconds) == (9002, 9)


def test_all_faults_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUCSO_WEB_PROT", "80")
    monkeypatch.setenv("TRUCSO_WEB_PORT", "eighty")
    monkeypatch.setenv("TRUCSO_LEASE_SECONDS", "1")
    monkeypatch.setenv("TRUCSO_LOG_LEVEL", "loud")
    monkeypatch.setenv("TRUCSO_PUBLIC_BASE_URL", "trucso.example.vn")
    monkeypatch.setenv("TRUCSO_EXTRA_CHANNELS", "echo=tests.echo:Echo,broken")
    faults = faults_of()
    assert faults[0] == "TRUCSO_WEB_PROT is not a setting; did you mean TRUCSO_WEB_PORT?"
    assert "TRUCSO_WEB_PORT must be a whole number, but is 'eighty'." in faults
    assert "TRUCSO_LEASE_SECONDS must be 10 or more, but is '1'." in faults
    assert "TRUCSO_LOG_LEVEL must be 'debug', 'info', 'warning' or 'error', but is 'loud'." in faults
    assert len(faults) == 6


def test_a_fault_does_not_show_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUCSO_DATABASE_URL", "mysql://admin:canary@host/db")
    monkeypatch.setenv("TRUCSO_METRICS_TOKEN", "canary")
    faults = faults_of()
    assert len(faults) == 2
    assert "canary" not in "".join(faults)


def test_secrets_are_not_shown_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUCSO_DATABASE_URL", "postgresql://admin:canary@host/db")
    assert "canary" not in repr(load_settings(NO_FILE))


def test_a_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = tmp_path / "metrics"
    secret.write_text("0123456789abcdef\n")
    monkeypatch.setenv("TRUCSO_METRICS_TOKEN_FILE", str(secret))
    token = load_settings(NO_FILE).metrics_token
    assert token is not None
    assert token.get_secret_value() == "0123456789abcdef"


def test_a_secret_file_that_is_missing_or_given_twice_is_a_fault(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TRUCSO_METRICS_TOKEN", "0123456789abcdef")
    monkeypatch.setenv("TRUCSO_METRICS_TOKEN_FILE", str(tmp_path / "missing"))
    twice, missing = faults_of()
    assert twice == "TRUCSO_METRICS_TOKEN and TRUCSO_METRICS_TOKEN_FILE are both given; keep one."
    assert missing.startswith("TRUCSO_METRICS_TOKEN_FILE cannot be read:")


def test_a_setting_that_is_no_secret_cannot_come_from_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUCSO_WEB_PORT_FILE", "/run/port")
    assert faults_of() == ["TRUCSO_WEB_PORT_FILE is not a setting; did you mean TRUCSO_WEB_PORT?"]


def test_an_env_file_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_bytes(b"TRUCSO_WEB_HOST=\xff\xfe\n")
    assert str(env_file) in faults_of(env_file)[0]


def test_every_setting_says_what_it_means() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_example_file_is_up_to_date() -> None:
    committed = (PROJECT / ".env.example").read_text(encoding="utf-8")
    assert committed == env_example(), "type: ./trucso env-example > .env.example"


def test_the_example_file_can_be_used_with_every_line_switched_on(tmp_path: Path) -> None:
    switched_on = tmp_path / ".env"
    switched_on.write_text(env_example().replace("\n#TRUCSO_", "\nTRUCSO_"))
    assert load_settings(switched_on) == load_settings(NO_FILE)
