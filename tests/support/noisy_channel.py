"""A channel whose libraries say all that libraries can say."""

import asyncio
import logging
import threading
import warnings

from core.ports import Receive
from tests.support.echo_channel import EchoChannel

PRIVATE = "chuyện riêng"


class _Unfinished:
    def __del__(self) -> None:
        raise ValueError(PRIVATE)


class NoisyChannel(EchoChannel):
    """Listens to nobody, and lets everything be heard of itself."""

    async def listen(self, receive: Receive) -> None:
        """Make every kind of noise."""
        warnings.warn("a warning", stacklevel=1)
        logging.getLogger("noisy").warning("two\n%s", PRIVATE)
        try:
            _fail()
        except ValueError:
            logging.getLogger("noisy").exception("with an error")
        thread = threading.Thread(target=_fail)
        thread.start()
        thread.join()
        _Unfinished()
        await asyncio.sleep(0)
        asyncio.get_running_loop().create_future().set_exception(ValueError(PRIVATE))
        asyncio.get_running_loop().call_soon(_fail)


def _fail() -> None:
    raise ValueError(PRIVATE)
