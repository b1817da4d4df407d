"""The list of all adapters, by the kind of their sources. A kind without one is known to nobody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lifecycle.intake import (
    binotel,
    cloudpayments,
    liqpay,
    mango,
    payments_generic,
    risk_feed,
    site,
    stripe,
    telephony_generic,
    tilda,
    till,
    turnstile,
    yookassa,
    zadarma,
)
from lifecycle.intake.adapter import Adapter

_ADAPTERS: Final[tuple[Adapter, ...]] = (
    site.ADAPTER,
    tilda.ADAPTER,
    turnstile.ADAPTER,
    till.ADAPTER,
    risk_feed.ADAPTER,
    binotel.ADAPTER,
    mango.ADAPTER,
    zadarma.ADAPTER,
    telephony_generic.ASTERISK,
    telephony_generic.ADAPTER,
    yookassa.ADAPTER,
    cloudpayments.ADAPTER,
    liqpay.ADAPTER,
    stripe.ADAPTER,
    payments_generic.ADAPTER,
)

ADAPTERS: Final[Mapping[str, Adapter]] = {adapter.kind: adapter for adapter in _ADAPTERS}
