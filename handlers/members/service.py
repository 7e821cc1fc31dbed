"""The use cases of a person's own devices."""

from dataclasses import dataclass

from core.errors import NotFound
from core.messages import Message
from core.policy import Action
from handlers.actor import Actor
from handlers.execute import Replies, use_case
from storage import accounts
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class RevokeDevice:
    """Sign one of the actor's own devices out."""

    device_id: int

    @property
    def subject(self) -> str:
        """Name the device in the audit trail."""
        return f"device:{self.device_id}"


def is_own(uow: UnitOfWork, actor: Actor, command: RevokeDevice) -> bool:
    """Tell whether the device is the actor's."""
    return any(device.key == command.device_id for device in accounts.devices(uow, actor.id))


@use_case(RevokeDevice, Action.DEVICE_REVOKE, owns=is_own)
def revoke(uow: UnitOfWork, actor: Actor, command: RevokeDevice) -> Replies:
    """Sign a device out; its page says so at once."""
    if not accounts.revoke_device(uow, command.device_id, actor.id):
        raise NotFound("device.not_found")
    return (Message(key="device.revoked"),)
