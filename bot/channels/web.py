"""The web chat as a channel: sending is storing a line, which open pages then show.

What people do on the pages comes in through `bot.web`, which commits an event together with the
line that shows it; so there is nothing to listen to.
"""

from bot.web.hub import Hub
from core.events import Inbound
from core.ports import Capabilities, Channel, Outgoing, Receive, SendResult, Verdict
from storage import webchat
from storage.unit_of_work import Database, UnitOfWork


class WebChannel(Channel):
    """Writes to the pages of the people who are signed in. An address is `p<person id>`."""

    capabilities = Capabilities(buttons=True, edits=True, photos=True, shown_receipts=True, max_text=4000)

    def __init__(self, db: Database, hub: Hub, bot_account: str = "web") -> None:
        self._db = db
        self._hub = hub
        self._bot_account = bot_account

    async def listen(self, receive: Receive) -> None:
        """Do nothing: the pages store what comes in themselves."""

    async def close(self) -> None:
        """End the streams of all open pages; each page connects again when the service is back."""
        self._hub.close()

    async def send(self, message: Outgoing) -> SendResult:
        """Store the message as a line of its chat and wake the pages that show it."""
        result = await self._db.write(lambda uow: self.store(uow, message))
        self.stored(message)
        return result

    def store(self, uow: UnitOfWork, message: Outgoing) -> SendResult:
        """Store the message as a line of its chat, in the unit of work that also records it as sent."""
        return SendResult(Verdict.SENT, platform_message_id=webchat.put(uow, self._bot_account, message))

    def stored(self, message: Outgoing) -> None:
        """Wake the pages that show the chat of a message whose line has been committed."""
        self._hub.wake(message.address)

    async def acknowledge(self, event: Inbound) -> None:
        """Do nothing: the answer to the page's own post has already said that the press arrived."""
