"""Forms of Tilda: posted as a form or as JSON, with whatever names the club gave its fields, in three languages.

Tilda can set nothing but the address, so the secret stands in it (`?key=…`). While it is being connected it
posts `test=test`. Of what it sends the phone, the name, the email and the campaign are understood; the rest of
what the visitor typed becomes the comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from lifecycle.actions import leads
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import BadInput
from lifecycle.intake import bodies, signing
from lifecycle.intake.adapter import Answer, Incoming, Plain
from lifecycle.intake.site import campaign_of, record, way_of
from lifecycle.names import norm
from lifecycle.store.sources import SourceRow

#: How fields are called, the most telling first, each as `_plain` writes it.
PHONES: Final = ("phone", "tel", "telephone", "mobile", "телефон", "номер", "мобильный", "мобільний", "whatsapp", "viber")
NAMES: Final = ("name", "имя", "имʼя", "ім'я", "фио", "піб", "fullname", "как вас зовут", "як вас звати", "имя и фамилия", "клиент")
EMAILS: Final = ("email", "e-mail", "mail", "почта", "пошта", "электронная почта", "електронна пошта")
#: What Tilda adds by itself; nobody typed it.
OWN: Final = frozenset({"formid", "formname", "tranid", "cookies", "test", "key", "source", "branch", "payment", "referer", "tildaspec"})
_CAMPAIGN: Final = re.compile(r"utm_|.*clid$|^page$|^referrer$")
_COMMENT_MOST: Final = 2000


class Tilda(Plain):
    """Tilda's webhook."""

    kind = "tilda"

    def probe(self, incoming: Incoming, source: SourceRow) -> Answer | None:
        return Answer(200, "ok", "text/plain") if incoming.body.strip() == b"test=test" else None

    def check(self, incoming: Incoming, source: SourceRow, now: datetime) -> None:
        signing.check_own(incoming, source, now)

    def delivery(self, incoming: Incoming) -> str:
        return bodies.named(incoming, "tranid", bodies.digest_of_the_day)

    def take(self, club: Club, desk: Desk, source: SourceRow, incoming: Incoming, at: datetime) -> Answer:
        fields = bodies.mapping_of(incoming)
        texts = {name: value for name, value in fields.items() if isinstance(value, str) and value.strip()}
        phone = _named(texts, PHONES) or _looks_like_a_phone(texts)
        name, email = _named(texts, NAMES), _named(texts, EMAILS)
        if phone is None and email is None:
            raise BadInput.of("Phone", "missing_field")
        lead = leads.Lead(
            phone=_value(texts, phone, 500),
            name=_value(texts, name, 200),
            email=_value(texts, email, 254),
            source=way_of({}, source),
            comment=_comment(texts, {phone, name, email}),
            campaign=campaign_of(fields),
        )
        return record(club, desk, source, incoming, lead, at)


def _plain(name: str) -> str:
    """A field's name without case, signs and numbers at its end."""
    return re.sub(r"[\s_:*№\d]+$", "", norm(name.replace("_", " "))).strip()


def _named(texts: Mapping[str, str], words: tuple[str, ...]) -> str | None:
    """The field that is called by one of these words; one that begins with it where none is."""
    plain = {name: _plain(name) for name in texts if name.lower() not in OWN}
    for fits in (str.__eq__, str.startswith):
        for word in words:
            found = next((name for name, told in plain.items() if fits(told, norm(word))), None)
            if found is not None:
                return found
    return None


def _looks_like_a_phone(texts: Mapping[str, str]) -> str | None:
    """A field that holds digits and signs of a number, and nothing else, whatever it is called."""
    for name, value in texts.items():
        plain = name.lower() not in OWN and not _CAMPAIGN.match(name.lower())
        if plain and re.fullmatch(r"[+\d][\d\s().\-]{8,24}", value.strip()):
            return name
    return None


def _value(texts: Mapping[str, str], name: str | None, most: int) -> str:
    return bodies.text_of(texts, name, most=most) if name is not None else ""


def _comment(texts: Mapping[str, str], understood: set[str | None]) -> str:
    return bodies.legible("\n".join(_rest(texts, understood)))[:_COMMENT_MOST]


def _rest(texts: Mapping[str, str], understood: set[str | None]) -> Iterator[str]:
    for name, value in texts.items():
        if name not in understood and name.lower() not in OWN and not _CAMPAIGN.match(name.lower()):
            yield f"{name}: {value.strip()}"


ADAPTER = Tilda()
