"""Linux's Landlock: a process forbids itself, for good, what no native code in it can then do either.

Structures and bits are those of linux/landlock.h. A kernel too old, or built without it, forbids nothing.
"""

import ctypes
import os
import struct
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same numbers on every architecture
_ASK_VERSION = 1
_PATH_BENEATH = 1

_EXECUTE, _REFER, _TRUNCATE = 1 << 0, 1 << 13, 1 << 14
_CHANGE = 1 << 1 | sum(1 << bit for bit in range(4, 13))  # write, remove, make anything
_BIND_AND_CONNECT_TCP = 1 << 0 | 1 << 1
_FOREIGN_SOCKETS_AND_SIGNALS = 1 << 0 | 1 << 1
_REFER_SINCE, _TRUNCATE_SINCE, _NETWORK_SINCE, _SCOPES_SINCE = 2, 3, 4, 6


def version(libc: ctypes.CDLL) -> int:
    """Return which version the kernel offers, or less than 1 for none."""
    return int(libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION))


def restrict(libc: ctypes.CDLL, folder: Path) -> None:
    """Allow changes in one folder only, no programs, no TCP, no signals to others, as far as known here.

    Needs PR_SET_NO_NEW_PRIVS. Raises OSError if a kernel that has Landlock refuses.
    """
    known = version(libc)
    if known < 1:
        return
    change = _CHANGE | _REFER * (known >= _REFER_SINCE) | _TRUNCATE * (known >= _TRUNCATE_SINCE)
    network = _BIND_AND_CONNECT_TCP * (known >= _NETWORK_SINCE)
    scopes = _FOREIGN_SOCKETS_AND_SIGNALS * (known >= _SCOPES_SINCE)
    size = 24 if scopes else 16 if network else 8  # an older kernel knows a shorter structure
    asked = struct.pack("=QQQ", change | _EXECUTE, network, scopes)[:size]
    rules = _done(libc.syscall(_CREATE_RULESET, asked, ctypes.c_size_t(size), 0))
    place = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    _done(libc.syscall(_ADD_RULE, rules, _PATH_BENEATH, struct.pack("=Qi", change, place), 0))
    _done(libc.syscall(_RESTRICT_SELF, rules, 0))
    os.close(place)
    os.close(rules)


def _done(answer: int) -> int:
    if answer < 0:
        raise OSError(ctypes.get_errno(), "landlock")
    return answer
