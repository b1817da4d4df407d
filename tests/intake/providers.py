"""Every outside system as its maker documents it: how its fields stand, how it signs, and what must come of the recorded.

A kind of the registry without a row here fails `test_matrix`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from lifecycle import store
from lifecycle.actions import access_cards, contracts
from lifecycle.desk import CLUB
from tests.http.conftest import Api
from tests.intake.recorded import Post
from tests.store.test_contracts import a_buyer

Fields = dict[str, Any]
Seal = Callable[[Post, str, datetime], Post]


@dataclass(frozen=True)
class Provider:
    """One kind of outside system.

    `seal` puts the signature of a secret and a moment on a request; `proof` says where it then stands.
    `missing` names, by file, a field that must be there and how the refusal calls it. `effect` is what all
    recorded requests together leave behind (see `test_matrix.effect`).
    """

    secret: str
    read: Callable[[Post], Fields]
    write: Callable[[Post, Fields], Post]
    seal: Seal
    proof: tuple[str, str]
    missing: Mapping[str, tuple[str, str]]
    effect: Mapping[str, Any]
    prepare: Callable[[Api], Any] | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    branch: str | None = "main"
    dates: bool = False
    refusal: int = 401

    def with_proof(self, post: Post, value: str | None) -> Post:
        """The request with another signature, or without any."""
        where, name = self.proof
        put = {"header": Post.with_header, "query": Post.with_query, "field": Post.with_field}[where]
        return put(post, name, value)

    def proof_of(self, post: Post) -> str:
        where, name = self.proof
        return post.header(name) if where == "header" else (post.query() if where == "query" else post.form())[name]


def read_json(post: Post) -> Fields:
    return json.loads(post.body) if post.body[:1] in b"{[" else {}


def write_json(post: Post, fields: Fields) -> Post:
    return replace(post, body=json.dumps(fields, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def read_form(post: Post) -> Fields:
    return dict(post.form())


def write_form(post: Post, fields: Fields) -> Post:
    return replace(post, body=_urlencoded(fields))


def read_either(post: Post) -> Fields:
    return read_json(post) if post.body[:1] in b"{[" else read_form(post)


def write_either(post: Post, fields: Fields) -> Post:
    return write_json(post, fields) if post.body[:1] in b"{[" else write_form(post, fields)


def _urlencoded(fields: Fields) -> bytes:
    told = {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()}
    return urlencode(told, errors="surrogatepass").encode()


def _digest(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def in_header(post: Post, secret: str, at: datetime) -> Post:
    """The club's own way, that of a signature."""
    stamp = str(int(at.timestamp()))
    stamped = post.with_header("X-Club-Timestamp", stamp)
    return stamped.with_header("X-Club-Signature", _digest(secret, stamp.encode() + b"." + post.body))


def in_address(post: Post, secret: str, _at: datetime) -> Post:
    return post.with_query("key", secret)


MANGO_KEY: Final = "m4ngo-vpbx-key"


def read_mango(post: Post) -> Fields:
    return json.loads(post.form()["json"])


def write_mango(post: Post, fields: Fields) -> Post:
    return post.with_field("json", json.dumps(fields))


def seal_mango(post: Post, secret: str, _at: datetime) -> Post:
    told = post.form().get("json", "")
    return post.with_field("sign", hashlib.sha256((MANGO_KEY + told + secret).encode()).hexdigest())


_IN, _OUT = ("caller_id", "called_did", "call_start"), ("internal", "destination", "call_start")
_SIGNED = {
    "NOTIFY_ANSWER": ("caller_id", "destination", "call_start"), "NOTIFY_OUT_START": _OUT, "NOTIFY_OUT_END": _OUT,
    "NOTIFY_RECORD": ("pbx_call_id", "call_id_with_rec"),
}  # fmt: skip


def seal_zadarma(post: Post, secret: str, _at: datetime) -> Post:
    form = dict(parse_qsl(post.body.decode(), keep_blank_values=True, errors="surrogateescape"))
    message = "".join(form.get(name, "") for name in _SIGNED.get(form.get("event", ""), _IN))
    digits = hmac.new(secret.encode(), message.encode("utf-8", "surrogateescape"), hashlib.sha1).hexdigest()
    return post.with_header("Signature", base64.b64encode(digits.encode()).decode())


def seal_cloud(post: Post, secret: str, _at: datetime) -> Post:
    made = hmac.new(secret.encode(), post.body, hashlib.sha256).digest()
    return post.with_header("Content-HMAC", base64.b64encode(made).decode())


def read_liqpay(post: Post) -> Fields:
    return json.loads(base64.b64decode(post.form()["data"]))


def write_liqpay(post: Post, fields: Fields) -> Post:
    return post.with_field("data", base64.b64encode(json.dumps(fields).encode()).decode())


def seal_liqpay(post: Post, secret: str, _at: datetime) -> Post:
    signed = f"{secret}{post.form().get('data', '')}{secret}".encode()
    return post.with_field("signature", base64.b64encode(hashlib.sha1(signed).digest()).decode())


def seal_stripe(post: Post, secret: str, at: datetime) -> Post:
    stamp = str(int(at.timestamp()))
    return post.with_header("Stripe-Signature", f"t={stamp},v1={_digest(secret, stamp.encode() + b'.' + post.body)}")


def _buyer(api: Api) -> None:
    """Client 1 with the contract 1-1 over 4500, begun yesterday and not paid."""
    client_id = a_buyer(api.club, "Анна")
    contracts.sell(api.club, CLUB, client_id, key="s", title="Year", amount=450000, days=365, paid_by="later")


def _ukrainian_buyer(api: Api) -> None:
    with api.club.writing() as conn:
        store.settings.put(conn, "currency", "UAH")
    _buyer(api)


async def _member(api: Api) -> None:
    """Somebody with a membership, the card of the recorded and a telephone."""
    client_id = int(await api.member("Анна", phone="+7 916 123-45-67"))
    access_cards.give(api.club, CLUB, client_id, "0012345")


async def _companies(api: Api) -> None:
    await api.add("Акме", kind="company", tax_id="7707083893")
    await api.add("Рога", kind="company", tax_id="5000000000")


_CALL: Final = {"calls": ["ended in +79161234567 31"], "facts": ["contact 31", "inquiry call"]}
_PAID: Final = {
    "contracts": {"1-1": "refunded"},
    "facts": [
        "membership_ended", "membership_sold 450000", "payment failed 450000", "payment paid 450000", "payment refunded 450000",
    ],
}  # fmt: skip

PROVIDERS: Final[Mapping[str, Provider]] = {
    "site": Provider(
        "the-secret-of-the-site", read_either, write_either, in_header, ("header", "X-Club-Signature"), {"1-anna": ("phone", "phone")},
        {"facts": ["inquiry messenger", "inquiry site", "inquiry social"]}, dates=True,
    ),
    "tilda": Provider(
        "the-secret-of-tilda", read_either, write_either, in_address, ("query", "key"), {"2-as-json": ("Телефон", "Phone")},
        {"facts": ["inquiry site", "inquiry site"]},
    ),
    "turnstile": Provider(
        "the-secret-of-the-door", read_json, write_json, in_header, ("header", "X-Club-Signature"),
        {"1-in": ("id", "id"), "4-unknown-card": ("card", "card")},
        {"facts": ["visit membership", "visit membership"]}, _member, dates=True,
    ),
    "till": Provider(
        "the-secret-of-the-till", read_json, write_json, in_header, ("header", "X-Club-Signature"),
        {"1-receipt": ("id", "id"), "2-one-line": ("what", "what")},
        {"facts": ["purchase 12000", "purchase 30000", "visit single 70000"]}, _member, dates=True,
    ),
    "risk_feed": Provider(
        "the-secret-of-the-register", read_json, write_json, in_header, ("header", "X-Club-Signature"), {"1-list": ("companies", "companies")},
        {"facts": ["marked liquidated"]}, _companies, dates=True,
    ),
    "binotel": Provider(
        "the-secret-of-binotel", read_form, write_form, in_address, ("query", "key"),
        {"2-received": ("generalCallID", "generalCallID"), "5-hung-up": ("requestType", "requestType")},
        {"calls": ["ended in +380671234567 31"], "facts": _CALL["facts"]}, branch="south",
    ),
    "mango": Provider(
        "the-salt-of-mango", read_mango, write_mango, seal_mango, ("field", "sign"), {"1-appeared": ("call_id", "call_id")},
        _CALL, options={"api_key": MANGO_KEY}, dates=True, refusal=420,
    ),
    "zadarma": Provider(
        "the-secret-of-zadarma", read_form, write_form, seal_zadarma, ("header", "Signature"), {"1-start": ("pbx_call_id", "pbx_call_id")}, _CALL,
    ),
    "asterisk": Provider(
        "the-secret-of-asterisk", read_json, write_json, in_header, ("header", "X-Club-Signature"), {"1-ringing": ("call", "call")}, _CALL, dates=True,
    ),
    "telephony": Provider(
        "the-secret-of-the-exchange", read_either, write_either, in_header, ("header", "X-Club-Signature"), {"3-ended": ("state", "state")}, _CALL,
        dates=True,
    ),
    "yookassa": Provider(
        "the-secret-of-yookassa", read_json, write_json, in_address, ("query", "key"), {"3-succeeded": ("object", "object")}, _PAID, _buyer,
    ),
    "cloudpayments": Provider(
        "the-api-secret-of-cloudpayments", read_form, write_form, seal_cloud, ("header", "Content-HMAC"), {"3-pay": ("TransactionId", "TransactionId")},
        _PAID, _buyer,
    ),
    "liqpay": Provider(
        "the-private-key-of-liqpay", read_liqpay, write_liqpay, seal_liqpay, ("field", "signature"), {"3-success": ("order_id", "order_id")},
        _PAID, _ukrainian_buyer,
    ),
    "stripe": Provider(
        "whsec_the_secret_of_the_endpoint", read_json, write_json, seal_stripe, ("header", "Stripe-Signature"), {"3-paid": ("data", "data.object")},
        {**_PAID, "facts": sorted(["autopay_withdrawn", "membership_frozen", *_PAID["facts"]])}, _buyer, dates=True,
    ),
    "payments": Provider(
        "the-secret-of-the-bank", read_json, write_json, in_header, ("header", "X-Club-Signature"), {"3-paid": ("amount", "amount")},
        _PAID, _buyer, dates=True,
    ),
}  # fmt: skip
