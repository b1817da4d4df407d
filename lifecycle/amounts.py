"""Amounts of money as text, in whole units and hundredths."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

_MONEY: Final = re.compile(r"\d{1,13}(\.\d{1,6})?", re.ASCII)


def minor_of(text: str) -> int | None:
    """`24900.50` as 2490050; None for anything that is no amount, or finer than a hundredth."""
    amount = Decimal(text) * 100 if _MONEY.fullmatch(text) else None
    return None if amount is None or amount != amount.to_integral_value() else int(amount)
