"""Which class serves which channel. A class is imported only when its channel is switched on."""

from collections.abc import Mapping
from importlib import import_module

from core.errors import ConfigurationError


def channel_class(kind: str, further: Mapping[str, str]) -> type:
    """Return the class of a channel; `further` maps kinds to "module:Class".

    Raises ConfigurationError for a kind that nobody serves.
    """
    place = further.get(kind)
    if place is None:
        raise ConfigurationError(f"no channel is called {kind}")
    module, _, name = place.partition(":")
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise ConfigurationError(f"the channel {kind} is not at {place}") from error
    if not isinstance(found, type):
        raise ConfigurationError(f"{place} is no class")
    return found
