"""At midnight every due client moves on every open screen: within a second, by itself, and no browser asked."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, Request

from lifecycle.clock import Clock
from tests.e2e.people import counts, found, never_reloads, served_at, signs_in, was_never_reloaded

#: Moscow's midnight between the tenth and the eleventh of March 2026.
MIDNIGHT = datetime(2026, 3, 10, 21, 0, tzinfo=UTC)
MEMBERS = 12
#: The club opens so long before midnight that both have signed in when the last ten seconds begin.
OPENS = MIDNIGHT - timedelta(seconds=30)
LAST_SECONDS = 10
#: The browser's answer to the server's sign of life.
PONG = "3"

_NOTES = """(members) => {
  const tile = document.querySelector("[data-testid=folder-to_renew]");
  const look = () => { if (tile.dataset.count === String(members)) window.shownAt ??= Date.now(); };
  new MutationObserver(look).observe(tile, { attributes: true });
  look();
}"""


class Watched:
    """A page from now on: when it first showed everybody, and what its browser sent meanwhile."""

    def __init__(self, page: Page, sockets: list) -> None:
        self.page, self.sent = page, []
        page.on("request", self._note_request)
        for socket in sockets:
            socket.on("framesent", self._note_frame)
        never_reloads(page)
        page.evaluate(_NOTES, MEMBERS)

    def _note_request(self, request: Request) -> None:
        self.sent.append(request.url)

    def _note_frame(self, frame: str | bytes) -> None:
        if frame != PONG:
            self.sent.append(frame)

    def lateness(self, midnight: datetime) -> float:
        """Seconds from that instant of the machine's clock to the moment it was on the screen."""
        return self.page.evaluate("window.shownAt") / 1000 - midnight.timestamp()


def opened(page: Page, login: str, path: str) -> tuple[Page, list]:
    """Signed in, with the sockets of the page."""
    sockets: list = []
    page.on("websocket", lambda socket: sockets.append(socket))  # noqa: PLW0108 - Playwright marks its listeners
    return signs_in(page, login, path), sockets


def test_who_is_due_moves_at_midnight_on_both_screens_within_a_second_and_no_browser_asked(serve, person, tmp_path):
    club = found(tmp_path / "data", at=MIDNIGHT - timedelta(hours=6))
    for number in range(MEMBERS):
        # Thirty days from 24 February: the eleventh of March is the fourteenth day before the end.
        club.member(f"Member {number}", "2026-02-24")
    served = served_at(serve, club, CLUB_CLOCK_START=OPENS.isoformat())
    # The same folder and the same start: this clock goes as the server's.
    midnight = Clock(OPENS, club.data).machine(MIDNIGHT)
    people = [opened(person(served), "olga", "/folders"), opened(person(served), "dina", "/folder/to_renew")]
    for page, _ in people:
        counts(page, "to_renew", 0)
    left = midnight.timestamp() - time.time()
    assert left > LAST_SECONDS, "the machine is too slow to have both pages open before the last ten seconds"
    people[0][0].wait_for_timeout((left - LAST_SECONDS) * 1000)
    watched = [Watched(page, sockets) for page, sockets in people]

    for page, _ in people:
        counts(page, "to_renew", MEMBERS, timeout=(LAST_SECONDS + 10) * 1000)

    assert people[1][0].get_by_test_id("client-row").count() == MEMBERS
    for each in watched:
        assert 0 <= each.lateness(midnight) <= 1
        assert each.sent == []
        assert was_never_reloaded(each.page)
