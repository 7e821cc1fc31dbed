"""Typed failures. Each names the sentence (a message key) that the person concerned will read."""

from core.messages import Params


class TrucSoError(Exception):
    """The root of every failure the project raises on purpose."""


class Refusal(TrucSoError):
    """A use case will not do what was asked; nothing was changed.

    `key` and `params` say which sentence tells the person why, and what is possible instead.
    """

    def __init__(self, key: str, params: Params | None = None) -> None:
        super().__init__(key)
        self.key = key
        self.params = params or {}


class NotAllowed(Refusal):
    """The person's roles do not include the action."""


class NotFound(Refusal):
    """What was named does not exist in this commune."""


class NotNow(Refusal):
    """The thing exists but its state does not allow this step."""


class ConfigurationError(TrucSoError):
    """The settings or the machine do not allow a start; the text lists every fault, for an operator."""


class StoredFileError(TrucSoError):
    """A stored file is missing or does not match its name."""
