"""Short words about what stands on the screen, as a table."""

import pytest

from knowledge.replies import read_replies

MEANT = [
    ("nhận", "take"),
    ("em nhan nhe", "take"),
    ("de em xem", "take"),
    ("dang xuong day", "take"),
    ("ok de anh lo", "take"),
    ("xong rồi", "done"),
    ("da sua xong a", "done"),
    ("chua xong dau", "not_yet"),
    ("đang chờ linh kiện", "not_yet"),
    ("vẫn chưa được", "not_yet"),
    ("van chua in dc", "again"),
    ("mở lại giúp em", "again"),
    ("lai bi mat mang roi", "again"),
    ("vâng", "courtesy"),
    ("ok anh", "courtesy"),
    ("👍🏻", "courtesy"),
    ("cam on anh nhieu nhe", "thanks"),
]
NOTHING = [
    "",
    "anh Minh nhận đi",
    "nhận 3 hồ sơ của dân",
    "máy in một cửa không in được",
    "kẹt giấy",
    "da go giay ket, in thu duoc",
    "xong hội nghị thì máy chiếu hỏng",
    "127",
]


@pytest.mark.parametrize(("text", "kind"), MEANT)
def test_what_short_words_mean(text: str, kind: str) -> None:
    assert kind in read_replies(text)


@pytest.mark.parametrize("text", NOTHING)
def test_other_words_mean_nothing_of_this(text: str) -> None:
    assert read_replies(text) == frozenset()
