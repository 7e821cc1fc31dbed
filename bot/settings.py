"""The settings, read once at start from the environment and from a `.env` file in the working folder.

Every name begins with TRUCSO_. The environment wins over the file. A secret may come from a file of its own:
TRUCSO_METRICS_TOKEN_FILE=/run/secrets/metrics instead of TRUCSO_METRICS_TOKEN.
"""

import difflib
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    NoDecode,
    SettingsConfigDict,
)

PREFIX = "TRUCSO_"
FROM_FILE = "_FILE"


class SettingsError(Exception):
    """The settings cannot be used. `faults` holds one plain sentence for each thing to correct."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("The settings cannot be used:\n" + "\n".join(f"  - {fault}" for fault in faults))
        self.faults = faults


def _must_match(pattern: str, meaning: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(meaning)
        return value

    return check


def _secret_must_match(pattern: str, meaning: str) -> Callable[[SecretStr], SecretStr]:
    check = _must_match(pattern, meaning)

    def check_secret(value: SecretStr) -> SecretStr:
        check(value.get_secret_value())
        return value

    return check_secret


def _split(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _sqlite_in(validated: Mapping[str, Any]) -> SecretStr:
    return SecretStr(f"sqlite:///{validated['data_dir'] / 'trucso.db'}")


WebAddress = Annotated[
    str,
    AfterValidator(
        _must_match(r"https?://[^\s/]+", "must look like https://trucso.example.vn, without a path")
    ),
]
SecretAddress = Annotated[
    SecretStr,
    AfterValidator(_secret_must_match(r"https?://[^\s/]+\S*", "must be an address that begins with http")),
]
DatabaseAddress = Annotated[
    SecretStr,
    AfterValidator(
        _secret_must_match(
            r"sqlite:///.+|postgresql(\+psycopg)?://.+",
            "must look like sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME",
        )
    ),
]
Token = Annotated[
    SecretStr,
    AfterValidator(_secret_must_match(r"\S{16,}", "must have at least 16 characters and no spaces")),
]
HostName = Annotated[
    str,
    AfterValidator(
        _must_match(r"[A-Za-z0-9_.-]+|[0-9a-fA-F:.]+", "must look like trucso.example.vn, without a port")
    ),
]
ChannelClass = Annotated[
    str, AfterValidator(_must_match(r"[a-z_]+=[\w.]+:\w+", "must look like kind=package.module:Class"))
]


class Settings(BaseSettings):
    """All settings of one process; build it with `load_settings()`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    data_dir: Path = Field(
        default=Path("data"),
        description="Folder of the SQLite database and of photos; relative to the working folder.",
    )
    database_url: DatabaseAddress = Field(
        default_factory=_sqlite_in,
        description="The database: sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME. "
        "Without it, an SQLite file in the data folder.",
    )
    web_host: str = Field(
        default="127.0.0.1",
        description="Address on which the web pages listen; 127.0.0.1 means only this machine.",
    )
    web_port: int = Field(
        default=8765,
        ge=0,
        le=65535,
        description="Port on which the web pages listen; 0 takes any that is free.",
    )
    public_base_url: WebAddress | None = Field(
        default=None,
        description="Address under which people reach the web pages, used in links. "
        "Without it, links name this machine.",
    )
    allowed_hosts: Annotated[tuple[HostName, ...], NoDecode, BeforeValidator(_split)] = Field(
        default=(),
        description="More names by which the web pages are reached, separated by commas. Known already: this "
        "machine, the address on which they listen, and the public address.",
    )
    metrics_token: Token | None = Field(
        default=None,
        description="Secret that opens /metrics to other machines. "
        "Without it, /metrics answers this machine only.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least important kind of log line that is written."
    )
    tick_seconds: int = Field(
        default=5, ge=1, le=60, description="Seconds between two looks for reminders that have fallen due."
    )
    lease_seconds: int = Field(
        default=60,
        ge=10,
        le=3600,
        description="Seconds after which a message that was being sent by a killed process is taken again.",
    )
    worker_seconds: int = Field(
        default=20, ge=1, le=600, description="Seconds after which a job in a worker process is stopped."
    )
    worker_memory_mib: int = Field(
        default=512, ge=128, le=8192, description="Memory, in MiB, that one worker process may take."
    )
    max_upload_mib: int = Field(
        default=10, ge=1, le=100, description="Largest photo or document, in MiB, that a person may send."
    )
    photo_days: int = Field(
        default=30, ge=1, description="Days for which the photos of an incident are kept."
    )
    text_days: int = Field(default=90, ge=1, description="Days for which the text of conversations is kept.")
    incident_months: int = Field(
        default=24, ge=1, description="Months for which an incident and its time line are kept."
    )
    heartbeat_url: SecretAddress | None = Field(
        default=None,
        description="Address of an outside watchdog, called after each complete look for due reminders.",
    )
    extra_channels: Annotated[tuple[ChannelClass, ...], NoDecode, BeforeValidator(_split)] = Field(
        default=(),
        description="For developers: more channels, as kind=package.module:Class, separated by commas.",
    )


def load_settings(env_file: Path = Path(".env")) -> Settings:
    """Read the environment and env_file (which need not exist).

    Raises SettingsError, once, with every fault there is.
    """
    given = _given(env_file)
    secrets, faults = _read_secret_files(given)
    faults = [*_unknown(given), *faults]
    try:
        settings = Settings.model_validate({**given, **secrets})
    except ValidationError as error:
        faults += [_in_plain_words(detail, given) for detail in error.errors() if _is_cause(detail)]
        raise SettingsError(faults) from None
    if faults:
        raise SettingsError(faults)
    return settings


def env_example() -> str:
    """The text of `.env.example`: every setting with its meaning and its default, all commented out."""
    parts = ["# Copy this file to .env and change what you need. Written by `trucso env-example`."]
    for name, field in Settings.model_fields.items():
        parts.append("\n".join(_example_of(name, field)))
    return "\n\n".join(parts) + "\n"


def _example_of(name: str, field: FieldInfo) -> Iterator[str]:
    text = field.description or ""
    if name in _secret_names():
        text += f" May be kept in a file: {PREFIX}{name.upper()}{FROM_FILE}=/path."
    yield from textwrap.wrap(text, 100, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)
    default = field.default if field.default_factory is None and field.default else ""
    yield f"#{PREFIX}{name.upper()}={default}"


def _secret_names() -> frozenset[str]:
    return frozenset(
        name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)
    )


def _given(env_file: Path) -> dict[str, str]:
    """What the person has set: field name (or name_file) to value, without the prefix."""
    try:
        from_file = DotEnvSettingsSource(Settings, env_file=env_file).env_vars
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"{env_file} cannot be read: {error}."]) from None
    found = {**from_file, **EnvSettingsSource(Settings).env_vars}
    start = len(PREFIX)
    return {name[start:]: value for name, value in found.items() if name.startswith(PREFIX.lower()) and value}


def _unknown(given: Mapping[str, str]) -> Iterator[str]:
    known = {*Settings.model_fields, *(name + FROM_FILE.lower() for name in _secret_names())}
    for name in sorted(given.keys() - known):
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"; did you mean {PREFIX}{near[0].upper()}?" if near else "."
        yield f"{PREFIX}{name.upper()} is not a setting{hint}"


def _read_secret_files(given: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    secrets: dict[str, str] = {}
    faults: list[str] = []
    for name in sorted(_secret_names()):
        path = given.get(name + FROM_FILE.lower())
        if path is None:
            continue
        variable = PREFIX + name.upper()
        if name in given:
            faults.append(f"{variable} and {variable}{FROM_FILE} are both given; keep one.")
        try:
            secrets[name] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            faults.append(f"{variable}{FROM_FILE} cannot be read: {error}.")
    return secrets, faults


def _is_cause(detail: ErrorDetails) -> bool:
    """False for a default that could not be computed because another setting is wrong."""
    return detail["type"] != "default_factory_not_called"


def _in_plain_words(detail: ErrorDetails, given: Mapping[str, str]) -> str:
    name = str(detail["loc"][0])
    limits = detail.get("ctx", {})
    meaning = {
        "greater_than_equal": "must be {ge} or more",
        "less_than_equal": "must be {le} or less",
        "int_parsing": "must be a whole number",
        "literal_error": "must be {expected}",
        "value_error": "{error}",
    }.get(detail["type"], detail["msg"].replace("{", "(").replace("}", ")"))
    shown = f", but is {given[name]!r}" if name in given and name not in _secret_names() else ""
    return f"{PREFIX}{name.upper()} {meaning.format(**limits)}{shown}."
