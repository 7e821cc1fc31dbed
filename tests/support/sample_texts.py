"""Every sentence of bot/texts/vi with made-up parameters, for a person to read and approve.

python -m tests.support.sample_texts      rewrites tests/bot/texts.txt
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.texts.render import Texts
from core.messages import Choice, Message

APPROVED = Path(__file__).resolve().parents[1] / "bot" / "texts.txt"
NOW = datetime(2026, 3, 3, 1, 5, tzinfo=UTC)
_MONDAY = "2026-03-02T01:00:00+00:00"
_LAN = {"name": "Lê Thị Lan", "form": "chị", "phone": "0900000101"}
_MINH = {"name": "Nguyễn Văn Minh", "form": "anh", "phone": "0900000102"}
_MAI = {"name": "Hoàng Thị Mai", "form": "", "phone": ""}

Params = dict[str, Any]

_INCIDENT: Params = {
    "code": "SC-0127",
    "number": 127,
    "severity": 3,
    "system": "MANG",
    "place": "Thôn 3",
    "text": "mất mạng từ sáng",
    "status": "taken",
    "reported_at": _MONDAY,
    "reporter": _LAN,
    "owner": _MINH,
    "photos": 2,
}
_ROWS = [
    {**_INCIDENT, "status": "taken"},
    {**_INCIDENT, "code": "SC-0128", "severity": 1, "status": "open", "owner": {}},
    {**_INCIDENT, "code": "SC-0129", "severity": 4, "status": "waiting"},
]
_EVENTS: tuple[tuple[str, Params, str, Params], ...] = (
    ("reported", _LAN, "mất mạng", {}),
    ("told", {}, "", {"people": [_MINH, _MAI]}),
    ("taken", _MINH, "", {}),
    ("comment", _LAN, "vẫn chưa có mạng", {"photos": 0}),
    ("comment", _LAN, "", {"photos": 2}),
    ("corrected", _LAN, "", {"field": "place"}),
    ("working", _MINH, "", {}),
    ("released", _MINH, "", {"silent": False, "to": _MINH}),
    ("released", {}, "", {"silent": True, "to": _MINH}),
    ("reassigned", _MINH, "", {"to": _MAI}),
    ("referred", _MINH, "VNPT tỉnh, phiếu 5521", {}),
    ("answered", _MINH, "đã nối lại cáp", {}),
    ("resolved", _MINH, "", {"cause": "network", "remedy": "nối lại cáp"}),
    ("reopened", _LAN, "lại mất", {}),
    ("withdrawn", _LAN, "", {}),
)
_LINES = [
    {"at": _MONDAY, "kind": kind, "who": who, "text": text, "data": data} for kind, who, text, data in _EVENTS
]
_DEVICES = [{"label": "Máy tính, Chrome", "created_at": _MONDAY, "seen_at": _MONDAY}]
_REST: Params = {
    "again": False,
    "step": "cause",
    "verb": "take",
    "about": "SC-0127",
    "answer": "đã nối lại cáp",
    "asked": _MINH,
    "author": _MINH,
    "by": _MINH,
    "call": [_MINH, _LAN],
    "cause": "network",
    "count": 3,
    "change_at": "2026-03-03T12:00:00+00:00",
    "choices": 3,
    "deputy": [_MAI],
    "digit": 2,
    "draft": "máy in hỏng",
    "duty": [_MINH],
    "earlier": 3,
    "fault": "too_big",
    "field": "place",
    "form": "chị",
    "group": "MANG_DIEN",
    "hotlines": [{"name": "VNeID", "number": "19000368"}],
    "known": False,
    "label": "choice.take",
    "label_params": {},
    "lines": _LINES,
    "long": True,
    "megabytes": 20,
    "minutes": 95,
    "more": 4,
    "move": "release",
    "name": "Lê Thị Lan",
    "new_photos": 1,
    "next": [_MAI],
    "nobody_on_duty": True,
    "offset": 0,
    "old": True,
    "on_duty": [_MINH],
    "person": _MINH,
    "position": 1,
    "previous": _MINH,
    "reason": "lại mất",
    "reference": "K7PM2Q",
    "referred_to": "VNPT tỉnh, phiếu 5521",
    "remedy": "nối lại cáp",
    "reopened": True,
    "rows": _ROWS,
    "silent": False,
    "texts": ["mất mạng ở thôn 3", "máy quét kẹt giấy"],
    "to": _MINH,
    "told": [_MINH],
    "told_at": "",
    "until": "2026-03-03T04:00:00+00:00",
    "word": "/baocao",
    "taken_at": "2026-03-03T01:01:00+00:00",
    "words": "đang tới nơi",
    "yours": False,
}
_PLAN: Params = {
    "title": "Kế hoạch ra quân đợt 1",
    "number": "12/KH-UBND",
    "issued_on": "02/03/2026",
    "issuer": "Ủy ban nhân dân xã Mẫu",
    "tasks": 14,
    "dated": 9,
    "leadless": 2,
    "reports": 3,
    "duty": 1,
}
_TASK: Params = {
    "n": 3,
    "text": "Rà soát máy quét của bộ phận một cửa.",
    "lead": "Văn phòng HĐND và UBND",
    "coordinate": "Tổ Ứng cứu",
    "due": "trước ngày 15/3/2026",
    "inherited": True,
    "first": 41,
    "last": 43,
    "page": 2,
    "doubts": "hạn lấy theo đề mục",
}
_NOWHERE: Params = {"system": "", "place": "", "photos": 0}
_FIRST: Params = {"reopened": False, "nobody_on_duty": False, "asked": {}, "reason": ""}
_VARIANTS: dict[str, tuple[Params, ...]] = {
    "device.list": ({"rows": _DEVICES}, {"rows": []}),
    "duty.now": ({}, {"duty": [], "deputy": [], "change_at": "", "next": [], "hotlines": []}),
    "menu": ({}, {"name": ""}),
    "incident.head": ({}, {"place": ""}, _NOWHERE),
    "incident.alert": ({}, _FIRST, _FIRST | _NOWHERE | {"severity": 4}),
    "incident.alert_again": (
        {},
        {"known": True},
        _FIRST | {"minutes": 0},
        _FIRST | _NOWHERE | {"minutes": 3000},
    ),
    "incident.card": (
        {"status": "open", "asked": _MINH},
        *({"status": s, "asked": {}} for s in ("open", "taken", "waiting", "resolved", "withdrawn")),
    ),
    "incident.show": (
        {"status": "open"},
        *({"status": s, "lines": [], "earlier": 0} for s in ("taken", "waiting", "resolved", "withdrawn")),
    ),
    "incident.referred": ({"to": "VNPT tỉnh, phiếu 5521"},),
    "incident.you_referred": ({"to": "VNPT tỉnh, phiếu 5521"},),
    "incident.not_now": (
        *({"status": s} for s in ("open", "taken", "waiting", "resolved", "withdrawn")),
        {"status": "open", "move": "resolve"},
    ),
    "incident.sent": (
        {},
        {"severity": 2, "on_duty": [], "told": [_MAI, _MINH]},
        {"severity": 2, "on_duty": [], "yours": True, "told": []},
        {"severity": 4, "on_duty": [], "yours": True, "told": [_MAI], "call": [_LAN]},
        {"severity": 1, "on_duty": [], "told": [], "told_at": "2026-03-03T06:30:00+00:00", **_NOWHERE},
    ),
    "incident.taken": ({}, {"owner": _MAI}),
    "incident.you_took": ({}, {"reporter": _MINH}),
    "incident.you_resolved": ({}, {"reporter": _MINH, "minutes": 0}),
    "incident.you_reopened": ({}, {"told": [], "reason": ""}),
    "incident.reopened": ({}, {"reason": ""}),
    "incident.resolved": ({}, {"cause": ""}),
    "incident.released": ({}, {"silent": True}),
    "incident.you_reassigned": ({}, {"told": False}),
    "incident.reassign_to": ({}, {"more": 0}),
    "incident.you_commented": ({}, {"new_photos": 0}),
    "incident.comment": ({}, {"new_photos": 0}),
    "incident.you_corrected": ({}, _NOWHERE),
    "incident.corrected": tuple({"field": field} for field in ("text", "system", "place", "severity")),
    "ask.which_incident": tuple({"verb": verb} for verb in ("take", "resolve", "working")),
    "ask.typed_meant": tuple(
        {"step": step} for step in ("cause", "remedy", "refer", "answered", "reassign", "note")
    ),
    "incident.what_cause": ({}, {"again": True}),
    "incident.what_remedy": ({}, {"cause": "", "again": True}),
    "incident.refer_to": ({}, {"again": True}),
    "list.mine": ({}, {"more": 0}, {"rows": []}),
    "list.open": ({}, {"more": 0}, {"rows": []}),
    "report.card": ({}, _NOWHERE | {"long": False}),
    "report.card_again": ({}, _NOWHERE),
    "report.describe_photo": ({}, {"photos": 0}),
    "ask.append_or_new": ({}, {"old": False, "texts": [""]}, {"draft": ""}),
    "ask.comment_or_new": ({"texts": ["mất mạng ở thôn 3"]}, {}),
    "ask.several": ({}, {"old": False, "more": 0}),
    "plan.summary": (_PLAN, _PLAN | {"title": "", "number": "", "issued_on": None, "issuer": "", "duty": 0}),
    "plan.task": (
        _TASK,
        _TASK | dict.fromkeys(("lead", "coordinate", "due", "page", "doubts"), "") | {"last": 41},
    ),
    "photo.not_read": ({}, {"fault": "broken"}),
    "reach.lost": ({}, {"person": _MAI}),
    "choice.severity": tuple({"severity": level} for level in (1, 2, 3, 4)),
}


def rendered() -> str:
    """Return every sentence under its key."""
    texts = Texts()
    blocks = [_block(texts, key) for key in sorted(texts.sources)]
    marked = texts.message(Message(key="device.revoked", late=True), NOW, repeated=True)
    drill = Texts(drill=True).message(Message(key="device.revoked"), NOW)
    return "\n".join([*blocks, f"[marks]\n{marked}\n--\n{drill}\n"])


def _block(texts: Texts, key: str) -> str:
    usual: Params = {"name": "ke-hoach.pdf"} if key.startswith("plan.error.") else {}
    said = [_one(texts, key, _INCIDENT | _REST | more) for more in _VARIANTS.get(key, (usual,))]
    return f"[{key}]\n" + "\n--\n".join(said) + "\n"


def _one(texts: Texts, key: str, params: Params) -> str:
    if key.startswith(("choice.", "digit.choice")):
        return texts.labels([Choice(label=key, label_params=params, do="")], NOW)[0]
    return texts.message(Message(key=key, params=params), NOW)


if __name__ == "__main__":
    APPROVED.write_text(rendered(), "utf-8")
