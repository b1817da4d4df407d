"""The kinds of outside systems that may report, as data: what each needs to be set up, how often it may call.

To add a kind: its line here, its adapter in `intake`, its words in the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

#: Ways by which a lead may say that it came; the first is meant where nothing is said.
WAYS: Final = ("site", "social", "messenger", "promo", "referral", "call", "walk_in")
#: Languages of a display at the door.
LANGUAGES: Final = ("en", "ru", "uk")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of outside system.

    `given`: its secret is the provider's own and is typed in by the club, never made up by it. `options` are
    what else the club may set, those in `hidden` are secrets themselves and are never shown again.
    `per_minute` bounds one source, `per_address` whoever posts to it from one address (forms in browsers). Of a `keyed`
    kind the provider can set nothing but the address, and the secret stands in it.
    """

    code: str
    room: str
    given: bool = False
    options: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    per_minute: int = 1200
    per_address: int | None = None
    keyed: bool = False

    def address(self, plain: str, secret: str) -> str:
        """The address as it is handed over: with the secret in it where the provider can set nothing else."""
        return f"{plain}?key={quote(secret, safe='')}" if self.keyed else plain


_KINDS: Final = (
    Kind("site", "leads", options=("source", "origins"), per_minute=120, per_address=10),
    Kind("tilda", "leads", options=("source",), per_minute=120, keyed=True),
    Kind("turnstile", "door", options=("language",), per_minute=6000),
    Kind("till", "till"),
    Kind("risk_feed", "register", per_minute=60),
    Kind("binotel", "telephony", options=("lines", "hosts"), keyed=True),
    Kind("mango", "telephony", given=True, options=("lines", "api_key")),
    Kind("zadarma", "telephony", given=True, options=("lines",)),
    Kind("asterisk", "telephony", options=("lines",)),
    Kind("telephony", "telephony", options=("lines",)),
    Kind("yookassa", "payments", options=("networks", "shop_id", "api_key"), hidden=("api_key",), keyed=True),
    Kind("cloudpayments", "payments", given=True),
    Kind("liqpay", "payments", given=True),
    Kind("stripe", "payments", given=True),
    Kind("payments", "payments"),
)

#: Every kind by its code, in the order they are offered.
KINDS: Final = {kind.code: kind for kind in _KINDS}
