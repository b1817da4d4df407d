"""Working with clients from a page: a deed's form opened, kept as a draft, sent; the deeds of one press.

Mixed into the states of the pages where clients are worked with. The open form stands in the address, so
that a reload opens it again with what was typed; the draft lies with the person, not with the tab.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

import reflex as rx

from club_ui import access, forms, i18n, money_forms, theme
from club_ui.frame import frame_of
from club_ui.money_forms import MONEY_DEEDS, Offer
from club_ui.rows import membership_name
from club_ui.state.base import Here, LivePage, the_club
from lifecycle import accounts, overview, profile
from lifecycle.actions import drafts, looking
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import ClubError, NotFound, Refused
from lifecycle.overview import StandingRow
from lifecycle.products import Product
from lifecycle.profile import NextStep
from lifecycle.store import staff as staff_rows
from lifecycle.store.staff import StaffRow

#: The same press again within so many seconds of its being done is one press.
TWICE = 1.0


@dataclass
class Option:
    """One line of a choice."""

    value: str
    word: str


@dataclass
class Step:
    """A deed as a button: allowed, or shut with the short reason and the whole sentence."""

    code: str
    word: str
    icon: str
    allowed: bool
    look: str
    short: str = ""
    full: str = ""
    needs: str = ""
    needs_word: str = ""


class WorksWithClients(LivePage, mixin=True):
    """The open form, and what was typed into it."""

    deed: str = ""
    deed_client: str = ""
    deed_name: str = ""
    given: dict[str, str] = {}
    choices: list[Option] = []
    people: list[Option] = []
    offers: list[Offer] = []
    explained: str = ""
    explained_word: str = ""
    explained_needs: str = ""
    explained_client: str = ""

    _about: str = ""
    _seen_form: str = ""
    _products: dict[str, Product] = {}
    _pressed: tuple[str, str, float] = ("", "", 0.0)

    def _without_form(self) -> dict[str, str]:
        """What else stands in the address besides the open form."""
        asked = self.router.url.query_parameters
        return {name: str(value) for name, value in asked.items() if name not in ("deed", "of", "membership")}

    def _address(self, **more: str) -> str:
        query = urlencode({**self._without_form(), **{name: value for name, value in more.items() if value}})
        return f"{self.router.url.path}?{query}" if query else str(self.router.url.path)

    async def _arrive(self, here: Here) -> None:
        """Open the form that the address names; close what it does not."""
        deed, of, membership = self._asked("deed"), self._asked("of"), self._asked("membership")
        if not deed:
            self.deed = ""
        elif (deed, of) != (self.deed, self.deed_client) or (deed in MONEY_DEEDS and membership != self._about):
            await self._open(here.desk, here.language, deed, of, membership)

    async def _open(self, desk: Desk, language: str, deed: str, client: str, membership: str) -> bool:
        row = await asyncio.to_thread(_read_row, the_club(), desk, client) if deed in forms.DEEDS else None
        if row is not None and not await self._may_see(desk, language, client, row):
            row = None
        money = await self._begin_money(desk, language, deed, row, membership) if row and deed in MONEY_DEEDS else None
        if row is None or money == {}:
            self.deed = ""
            return False
        self._about = membership if deed in MONEY_DEEDS else ""
        draft = await asyncio.to_thread(drafts.draft_at, the_club(), desk, _place(deed, client, self._about))
        begun = forms.likely(deed, row, membership) if money is None else money
        if money is not None and draft.get("said", "") != self._expected(deed, money, draft):
            # What was typed was about other sums than those of today.
            draft = {}
        if draft.get("version", "") != begun.get("version", ""):
            # Somebody else has saved meanwhile: what they wrote is not to be undone unseen.
            draft = {}
        self._new_key()
        self._show(
            deed=deed,
            deed_client=client,
            deed_name=row.client.name,
            errors={},
            # What stands behind the form is as it is now; only what was typed comes back from a draft.
            given={
                **begun,
                **await self._known_besides(deed),
                **{name: draft[name] for name in draft if name in forms.typed_fields(deed) or name == "said"},
            },
            choices=[Option(one.key, _membership_word(language, one)) for one in forms.about(deed, row)],
            people=await self._people(language, row, deed) if any(one.kind in ("person", "trainer") for one in forms.DEEDS[deed].fields) else [],
        )
        return True

    async def _may_see(self, desk: Desk, language: str, client: str, row: StandingRow) -> bool:
        """A form shows its client whole, so to open it is to open the client: audited, and beyond the limit it stays shut."""
        from club_ui.state.shell import Shell

        if self._has_seen(client):
            return True
        try:
            await asyncio.to_thread(looking.note_opened, the_club(), desk, row.client, address=access.address_of(self))
        except Refused as error:
            (await self.get_state(Shell))._say(i18n.sentence(language, error.code, **error.values), bad=True)
            return False
        self._seen_form = client
        return True

    def _has_seen(self, client: str) -> bool:
        """Whether opening this client has been noted for this page already."""
        return self._seen_form == client

    async def _known_besides(self, deed: str) -> dict[str, str]:
        """What else a form begins with, beyond what follows from where the client stands."""
        return {}

    async def _begin_money(self, desk: Desk, language: str, deed: str, row: StandingRow, about: str) -> dict[str, str]:
        """What a form about money begins with; nothing where what it is about is not there."""
        club, currency = the_club(), (await frame_of(the_club(), desk, "")).currency
        if deed == "sell":
            products = await asyncio.to_thread(_read_offers, club, desk, row.client.id)
            self._products = {one.code: one for one in products}
            self._show(offers=money_forms.offers(language, products, currency))
            return money_forms.sale_begins(forms.likely(deed, row), products)
        account = await asyncio.to_thread(_read_account, club, desk, row.client.id)
        about_it = next((one for one in account.contracts if one.name == about), None)
        if about_it is not None and deed in money_forms.OF_A_CONTRACT and deed not in accounts.deeds_of(desk, row.client.branch_id, about_it):
            return {}
        return money_forms.begins(language, deed, account, about, currency)

    def _expected(self, deed: str, money: Mapping[str, str], draft: Mapping[str, str]) -> str:
        """What a draft about money must have begun with to be meant still: the same sum, the same line of the price list."""
        if deed != "sell":
            return money.get("said", "")
        found = self._products.get(draft.get("product", ""))
        return money_forms.filled(found)["said"] if found else ""

    async def _people(self, language: str, row: StandingRow, deed: str) -> list[Option]:
        """Who may be made responsible, or trains (then by name): nobody, who works in the branch, and who is it now."""
        near = await asyncio.to_thread(_read_people, the_club(), row)
        if deed == "use_service":
            trainers = [one for one in near if one.role == "trainer"] or near
            return [Option("", i18n.text(language, "money.no_trainer")), *(Option(one.name, one.name) for one in trainers)]
        return [Option("", i18n.text(language, "shell.nobody")), *(Option(str(one.id), one.name) for one in near)]

    @rx.event
    async def begin(self, deed: str, client: str, membership: str = "") -> Any:
        """Open a deed's form, or do the deed where a press is enough."""
        deed, client, membership = str(deed), str(client), str(membership)[:200]
        self.explained = ""
        if deed in forms.ONE_PRESS:
            if self._is_twice(deed, client):
                return None
            self._new_key()
            if await self._send(deed, client, {}):
                self._pressed = (deed, client, time.monotonic())
            return None
        desk = await access.desk_of(self)
        if desk is None or not await self._open(desk, await self._language(), deed, client, membership):
            return None
        return rx.redirect(self._address(deed=deed, of=client, membership=membership), replace=True)

    def _is_twice(self, deed: str, client: str) -> bool:
        """Whether this is the second half of a double click: what was done is neither done again nor refused a moment later."""
        return (deed, client) == self._pressed[:2] and 0 <= time.monotonic() - self._pressed[2] < TWICE

    @rx.event
    async def choose(self, product: str) -> None:
        """Fill the form of a sale from the price list; with no product everything is asked."""
        found = self._products.get(str(product))
        if self.deed == "sell":
            self.given = {**self.given, **(money_forms.filled(found) if found else {"product": money_forms.OTHER, "said": ""})}

    @rx.event
    async def stop(self) -> Any:
        """Close the form; what was typed is kept as a draft."""
        self.deed = ""
        return rx.redirect(self._address(), replace=True)

    @rx.event
    async def keep(self, typed: dict[str, str]) -> None:
        """Keep what is being typed."""
        desk = await access.desk_of(self)
        if desk is None or self.deed not in forms.DEEDS or not isinstance(typed, dict):
            return
        text = {name: value for name, value in typed.items() if name in forms.typed_fields(self.deed)}
        if text.get("product", "") != self.given.get("product", ""):
            # Another product has been chosen meanwhile: these are the terms of the one before.
            return
        text |= {name: self.given[name] for name in ("said", "version") if name in self.given}
        # So that a reload of this very tab begins with it, too.
        self.given = {**self.given, **text}
        try:
            await asyncio.to_thread(drafts.keep_draft, the_club(), desk, _place(self.deed, self.deed_client, self._about), text)
        except ClubError:
            # A draft that cannot be kept is no reason to disturb who is typing.
            return

    @rx.event
    async def send(self, typed: dict[str, str]) -> Any:
        """Do the deed of the open form. Where it is refused the form stays as it is, with what is wrong."""
        if self.deed not in forms.DEEDS or not isinstance(typed, dict):
            return None
        deed, client, place = self.deed, self.deed_client, _place(self.deed, self.deed_client, self._about)
        if not await self._send(deed, client, typed):
            return None
        desk = await access.desk_of(self)
        if desk is not None:
            await asyncio.to_thread(drafts.drop_draft, the_club(), desk, place)
        self.deed = ""
        return rx.redirect(self._address(), replace=True)

    async def _send(self, deed: str, client: str, typed: Mapping[str, str]) -> bool:
        language, form = await self._language(), forms.DEEDS[deed]

        def door(club: Club, desk: Desk) -> Any:
            return form.door(club, desk, _client_id(client), key=self._key(typed), **forms.taken(deed, typed))

        said = {"day": _shown_end(language, typed)} if deed == "freeze_membership" else {}
        # What was only begun is not called sold.
        done = "sell_later" if money_forms.only_begun(deed, typed) else deed
        return await self._do(door, done=done, said=said) is not None

    @rx.event
    async def explain(self, deed: str, client: str) -> None:
        """Say why a deed is shut, and what would open it."""
        desk, language = await access.desk_of(self), await self._language()
        row = await asyncio.to_thread(_read_row, the_club(), desk, str(client)) if desk else None
        if desk is None or row is None:
            return
        first, rest = steps(language, desk, row)
        shown = {step.code: step for step in (*first, *rest)}
        step = shown.get(str(deed))
        if step is None or step.allowed:
            return
        self._show(explained=step.full, explained_needs=step.needs, explained_word=step.needs_word, explained_client=str(client))

    @rx.event
    async def explain_no_more(self) -> None:
        """The sentence has been read."""
        self.explained = ""

    async def _language(self) -> str:
        from club_ui.state.shell import Shell

        return (await self.get_state(Shell))._words()


#: The order in which a desk looks for a deed; the first that is allowed is the main one.
_FIRST = ("sell", "move_to_guest", "promote", "restore", "record_contact")
_ORDER = (
    "activate_membership", "record_visit", "freeze_membership", "record_contact", "record_guest_visit", "book_trial",
    "refuse", "record_purchase", "restore", "archive", "sell", "move_to_guest", "promote",
)
#: More than these stand under three dots.
_BUTTONS = 4
#: So many letters fit on one line beside the main deed.
_LETTERS = 30


def steps(language: str, desk: Desk, row: StandingRow) -> tuple[list[Step], list[Step]]:
    """The deeds of a client as buttons: the main one, those at hand and one that is shut and worth knowing why; the rest."""
    known = {one.name: one for one in profile.next_steps(desk, row.client, row.placement, row.memberships)}
    main = next((name for name in _FIRST if name in known and known[name].allowed), "")
    renews = bool({"to_renew", "not_renewed"} & set(row.placement.folders))
    ordered = sorted(known, key=lambda name: (_ORDER.index(name) if name in _ORDER else len(_ORDER), name))
    at_hand = [name for name in ordered if known[name].allowed and name != main][: _BUTTONS - 1]
    shut = [name for name in ("sell", "move_to_guest") if not known[name].allowed][:1]
    active = row.placement.status == "active"
    shown = {name: _step(language, known[name], main=name == main, renews=renews, active=active) for name in known}
    while len(at_hand) > 1 and sum(max(len(shown[name].word), len(shown[name].short)) for name in (*at_hand, *shut)) > _LETTERS:
        at_hand.pop()
    first = [*([main] if main else []), *at_hand, *shut]
    rest = [name for name in ordered if name not in first]
    return [shown[name] for name in first], [shown[name] for name in rest]


def _step(language: str, one: NextStep, *, main: bool, renews: bool, active: bool) -> Step:
    word = "renew" if one.name == "sell" and renews else one.name
    shown = Step(
        code=one.name,
        word=i18n.text(language, f"deed.{word}"),
        icon=theme.DEED[one.name].icon if one.allowed else "lock",
        allowed=one.allowed,
        look="btn p" if main else "btn",
    )
    if not one.allowed and one.why is not None:
        why = "already_active" if active and one.why in ("not_to_guest", "not_a_guest") else one.why
        shown.short = i18n.text(language, f"blocked.{why}" if i18n.known(f"blocked.{why}") else "blocked.other")
        shown.full = i18n.sentence(language, one.why)
        if one.needs is not None:
            shown.needs, shown.needs_word = one.needs, i18n.text(language, f"deed.{one.needs}")
        elif one.why == "restore_first":
            shown.needs, shown.needs_word = "restore", i18n.text(language, "deed.restore")
    return shown


def _read_row(club: Club, desk: Desk, client: str) -> StandingRow | None:
    try:
        number = _client_id(client)
    except NotFound:
        return None
    with club.reading() as conn:
        return next(iter(overview.standing_rows(conn, desk, club.clock.now(), [number])), None)


def _read_offers(club: Club, desk: Desk, client_id: int) -> list[Product]:
    with club.reading() as conn:
        return accounts.offers(conn, desk, client_id, club.clock.now())


def _read_account(club: Club, desk: Desk, client_id: int) -> accounts.Account:
    with club.reading() as conn:
        return accounts.account(conn, desk, client_id, club.clock.now())


def _read_people(club: Club, row: StandingRow) -> list[StaffRow]:
    with club.reading() as conn:
        near, held = staff_rows.at_work(conn, row.branch.id), row.client.responsible_id
        if held is not None and held not in {one.id for one in near} and (before := staff_rows.by_id(conn, held)):
            near.append(before)
        return near


def _client_id(client: str) -> int:
    if not (client.isascii() and client.isdigit() and len(client) < 19):
        raise NotFound("not_found")
    return int(client)


def _place(deed: str, client: str, about: str = "") -> str:
    return f"deed:{deed}:{client}{':' if about else ''}{about}"[:100]


def _membership_word(language: str, one: Any) -> str:
    state = i18n.text(language, f"membership.{one.state}")
    return f"{membership_name(language, one)}, {state}"


def _shown_end(language: str, typed: Mapping[str, str]) -> str:
    try:
        return i18n.long_day(language, date.fromisoformat(str(typed.get("to", ""))))
    except ValueError:
        return ""
