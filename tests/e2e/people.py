"""A founded club for stories with browsers: an owner and somebody at the desk, prepared through the doors."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from lifecycle import accounts
from lifecycle.actions import cards, clients, contracts, deeds, keys, products, staff
from lifecycle.clock import Clock, FixedClock
from lifecycle.club import Club, open_engine
from lifecycle.desk import CLUB, Desk
from lifecycle.migrations import upgrade
from tests.served import Served

PASSWORD = "three blue kettles"
OWNER = Desk(None, "Olga", "owner")
#: Tuesday the tenth of March 2026, noon in Moscow: no story that counts days meets a midnight it did not ask for.
NOON = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


@dataclass
class Founded:
    """What a story needs of its club: the folder, a key of the API, and doors to prepare with."""

    data: Path
    club: Club
    key: str

    def lead(self, name: str, phone: str = "") -> int:
        """Somebody who has just asked."""
        return clients.add_client(self.club, OWNER, name=name, phone=phone, key=name).client_id

    def guest(self, name: str, phone: str = "") -> int:
        """A lead who was moved to Guest."""
        client_id = self.lead(name, phone)
        deeds.move_to_guest(self.club, OWNER, client_id, key="guest")
        return client_id

    def member(self, name: str, starts_on: str, days: int = 30, phone: str = "") -> int:
        """Somebody with a membership from a date on."""
        client_id = self.guest(name, phone)
        deeds.promote(self.club, OWNER, client_id, key="promote")
        deeds.sell_membership(
            self.club, OWNER, client_id, key="m", amount=450000, days=days, starts_on=starts_on, product="Morning"
        )
        return client_id

    def buyer(self, name: str, phone: str = "") -> int:
        """Somebody to whom things may be sold."""
        client_id = self.guest(name, phone)
        deeds.promote(self.club, OWNER, client_id, key="promote")
        return client_id

    def product(self, name: str, price: int, **terms: Any) -> str:
        """A line of the price list, called the same in every language; gives its code."""
        return products.add(self.club, OWNER, names={"en": name}, price=price, **terms).code

    def sells(self, client_id: int, product: str, **more: Any) -> str:
        """Sell from the price list; gives the name of the contract."""
        contracts.sell(self.club, OWNER, client_id, key=product, product=product, **more)
        with self.club.reading() as conn:
            return accounts.account(conn, OWNER, client_id, self.club.clock.now()).contracts[-1].name

    def card(self, name: str, due: str | None = None, status: str | None = "new_contact", phone: str = "", **more: Any) -> str:
        """A card to call somebody new, due on a date, at a time or whenever; gives its id."""
        lead = self.lead(name, phone)
        return str(cards.make(self.club, OWNER, key=name, client_id=lead, due=due, status=status, step="call", **more).card.id)


def found(data: Path, at: datetime | None = None) -> Founded:
    """An empty club with Olga, the owner, and Dina at the desk; prepared at an instant (now if none)."""
    data.mkdir(parents=True, exist_ok=True)
    clock = Clock() if at is None else FixedClock(at.astimezone(UTC))
    club = Club(open_engine(f"sqlite:///{data / 'club.sqlite3'}"), clock, data)
    upgrade(club)
    for login, name, role in (("olga", "Olga", "owner"), ("dina", "Dina", "front_desk")):
        staff.add(club, CLUB, login=login, name=name, role=role, password=PASSWORD, branches=[1])
    return Founded(data, club, keys.create(club, CLUB, name="site", role="front_desk"))


#: The cookie of whoever has signed in, by club and login.
_SIGNED_IN: dict[tuple[str, str], Any] = {}


def signs_in(page: Page, login: str, path: str = "/folders", *, anew: bool = False) -> Page:
    """Sign in and go somewhere: by the form, as a person does, where it is the first time or one asks for it anew."""
    at_club = urlsplit(page.url).netloc, login
    if anew or at_club not in _SIGNED_IN:
        _fills_in(page, login, path)
        _SIGNED_IN[at_club] = next(one for one in page.context.cookies() if one["name"] == "club")
        return page
    page.context.add_cookies([_SIGNED_IN[at_club]])
    page.goto(path)
    # Whoever has signed out meanwhile comes to the form; who is still signed in is called by name.
    until(page, "location.pathname.startsWith('/sign-in') || document.querySelector('.who b')?.textContent")
    return signs_in(page, login, path, anew=True) if "/sign-in" in page.url else page


def _fills_in(page: Page, login: str, path: str) -> None:
    page.goto(f"/sign-in?next={path}")
    # The page knows where to go on to as soon as it lives.
    expect(page.locator("input[name=next]")).to_have_value(path)
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("connection")).to_be_visible()


def until(page: Page, holds: str, seconds: float = 10) -> None:
    """Wait for something to hold in a page. (What Playwright has for it evaluates words in the page, which the club forbids.)"""
    end = time.monotonic() + seconds
    while not page.evaluate(holds):
        assert time.monotonic() < end, f"it never came to be on {page.url}: {holds}"
        page.wait_for_timeout(20)


def never_reloads(page: Page) -> None:
    """Remember this very document: a reload would forget it."""
    page.evaluate("window.sameDocument = true")


def was_never_reloaded(page: Page) -> bool:
    """Whether it is the document of `never_reloads` still."""
    return page.evaluate("window.sameDocument === true")


def counts(page: Page, code: str, number: int, timeout: float = 5000) -> None:
    """The count of a folder on this screen becomes this."""
    expect(page.get_by_test_id(f"folder-{code}").first).to_have_attribute("data-count", str(number), timeout=timeout)


def served_at(serve, founded: Founded, **environment: str) -> Served:
    """Serve the founded club."""
    founded.club.close()
    return serve(founded.data, **environment)
