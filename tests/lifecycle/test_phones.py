"""Telephone numbers as people write them, by the habits of a branch's country."""

from __future__ import annotations

import pytest

from lifecycle.phones import understand


@pytest.mark.parametrize(
    ("typed", "country", "read"),
    [
        ("8067 123 45 67", "UA", "+380671234567"),
        # At a desk beyond the border, too; but what is a number of one's own stays one.
        ("80675550107", "RU", "+380675550107"),
        ("8 916 555 01 03", "RU", "+79165550103"),
        ("80 29 123 45 67", "BY", "+375291234567"),
        ("80 29 123 45 67", "RU", None),
        ("80675550107", "DE", "+4980675550107"),
    ],
)
def test_an_old_ukrainian_number_is_read_wherever_it_is_nobody_elses(typed, country, read):
    assert understand(typed, country).e164 == read
