"""The door: what is screened, and what is made fit to be stored."""

import pytest

from handlers.intake import storable


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("máy in hỏng", "máy in hỏng"),
        ("mất\x00mạng", "mấtmạng"),
        ("hỏng \ud83d", "hỏng �"),
        ("hỏng \ud83d\ude00", "hỏng 😀"),
        ("", ""),
    ],
)
def test_a_text_is_made_fit_for_every_database(sent: str, stored: str) -> None:
    assert storable(sent) == stored
