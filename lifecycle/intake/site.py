"""The site's form, and whatever posts as it does: social networks, messengers, landing pages (the club's own JSON).

`{"name": …, "phone": …, "email": …, "comment": …, "source": "site", "branch": "code", "id": "unique",
"utm_source": …, "consents": {"marketing": "version of the words"}}`
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from lifecycle.actions import leads
from lifecycle.club import Club
from lifecycle.connections import WAYS
from lifecycle.desk import Desk
from lifecycle.errors import BadInput
from lifecycle.intake import bodies, signing
from lifecycle.intake.adapter import Answer, Incoming, Plain
from lifecycle.intake.keeping import keep, key_of
from lifecycle.store.consents import PURPOSES
from lifecycle.store.sources import SourceRow

#: A field that people do not see and robots fill in; its name tempts them.
TRAP: Final = "website"
#: What tells where somebody came from: kept with the lead.
CAMPAIGN: Final = (
    "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", "gclid", "yclid", "fbclid", "page", "referrer",
)  # fmt: skip
_CAMPAIGN_MOST: Final = 500


class Site(Plain):
    """The club's own JSON; a form with the same names is taken too."""

    kind = "site"

    def check(self, incoming: Incoming, source: SourceRow, now: datetime) -> None:
        signing.check_own(incoming, source, now)

    def delivery(self, incoming: Incoming) -> str:
        return bodies.named(incoming, "id", bodies.digest_of_the_day)

    def take(self, club: Club, desk: Desk, source: SourceRow, incoming: Incoming, at: datetime) -> Answer:
        fields = bodies.mapping_of(incoming)
        if bodies.text_of(fields, TRAP):
            return Answer(200, {"status": "ok"})
        lead = leads.Lead(
            phone=bodies.text_of(fields, "phone", most=500),
            name=bodies.text_of(fields, "name"),
            email=bodies.text_of(fields, "email", most=254),
            source=way_of(fields, source),
            branch=bodies.text_of(fields, "branch") or None,
            comment=bodies.text_of(fields, "comment", most=2000),
            campaign=campaign_of(fields),
            consents=consents_of(fields),
        )
        return record(club, desk, source, incoming, lead, at)


def record(club: Club, desk: Desk, source: SourceRow, incoming: Incoming, lead: leads.Lead, at: datetime) -> Answer:
    """Take a lead and keep the answer with it."""
    with club.writing() as conn:
        taken = leads.take_lead_within(club, desk, conn, lead, key=key_of(source, incoming), at=at)
        answer = Answer(200, {"status": "ok"}, client_id=taken.client_id, kept=True)
        keep(conn, incoming, answer, club.clock.now())
        return answer


def way_of(fields: Mapping[str, Any], source: SourceRow) -> str:
    """By which way the lead came: as it says, else as the source is set up. Raises BadInput."""
    way = bodies.text_of(fields, "source") or str(source.options.get("source") or WAYS[0])
    if way not in WAYS:
        raise BadInput.of("source", "bad_choice", value=way[:60], choices=WAYS)
    return way


def consents_of(fields: Mapping[str, Any]) -> dict[str, str]:
    """The purposes agreed to, each with the version of the words shown. Raises BadInput naming the field."""
    given = fields.get("consents") or {}
    if not isinstance(given, dict):
        raise BadInput.of("consents", "not_an_object")
    for purpose in given:
        if purpose not in PURPOSES:
            raise BadInput.of("consents", "bad_choice", value=purpose[:60], choices=PURPOSES)
    return {purpose: bodies.text_of(given, purpose, most=100, required=True) for purpose in given}


def campaign_of(fields: Mapping[str, Any]) -> dict[str, str]:
    """The campaign fields of a form, whatever their case; odd ones are made legible and cut short."""
    lower = {name.lower(): value for name, value in fields.items()}
    found = {name: lower[name] for name in CAMPAIGN if isinstance(lower.get(name), str | int)}
    return {name: bodies.legible(str(value))[:_CAMPAIGN_MOST] for name, value in found.items() if str(value).strip()}


ADAPTER = Site()
