"""A person's own devices."""

from core.messages import Choice, Message
from handlers.members.service import RevokeDevice
from handlers.turn import Args, Step, Turn
from knowledge.commands import Command
from storage import accounts

_SHOWN = 6


def devices(turn: Turn, _args: Args) -> Step:
    """List the devices that are signed in, each with a choice to sign it out."""
    found = accounts.devices(turn.uow, turn.actor.id)[:_SHOWN]
    rows = [
        {
            "label": device.label,
            "created_at": device.created_at.isoformat(),
            "seen_at": device.last_seen_at.isoformat(),
        }
        for device in found
    ]
    choices = tuple(
        Choice(
            label="choice.revoke",
            label_params={"label": device.label, "position": position},
            do="members.revoke",
            args={"device_id": device.key},
        )
        for position, device in enumerate(found, start=1)
    )
    return Step((Message(key="device.list", params={"rows": rows}, choices=choices),))


def revoke(_turn: Turn, args: Args) -> Step:
    """Sign a device out."""
    return Step(command=RevokeDevice(args["device_id"]))


def command(turn: Turn, _found: Command) -> Step:
    """List the devices."""
    return devices(turn, {})
