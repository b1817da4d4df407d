"""The board on two tablets: from the hand that lets a card go on one to the frame in which the other shows where it stands.

Both pages are shown by one Chromium, so that both read the same clock; the hand is moved as a person's is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from playwright.sync_api import CDPSession, Page

from lifecycle import store
from lifecycle.days import day_of
from tests.bench.club_of import NOW
from tests.bench.rounds import quantile
from tests.bench.serving import ServedClub
from tests.bench.table import Row, seconds

#: In milliseconds (issue 3: what one does the other sees).
SEEN_WITHIN = 300
MOVES, FEW = 20, 1
PATIENCE = 20_000
#: So often a hand may slip before something must be wrong.
TRIES = 3
#: Both look at cards of one cause: of ten thousand most stand further down than anybody sees.
CAUSE = "complaint"
PATH = f"/board?cause={CAUSE}"

Hand = Callable[[Page, CDPSession, str, str], None]

#: When the hand let go, as the browser received it.
_LETS_GO = """() => {
  window.letGo = {};
  for (const kind of ["mouseup", "touchend", "keydown"])
    addEventListener(kind, (event) => { window.letGo[kind] = performance.timeOrigin + event.timeStamp; }, true);
}"""
_WAITS_FOR = """([card, to]) => {
  window.shown = new Promise((done) => {
    setTimeout(() => done(null), 10_000);
    const look = () => {
      const seen = document.querySelector(`[data-card="${card}"][data-column=${to}]`)?.checkVisibility();
      seen ? done(performance.timeOrigin + performance.now()) : requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}"""


def add_cards(served: ServedClub) -> list[str]:
    """A card for each way to move one, due today."""
    with served.club.writing(announce=False) as conn:
        zones = {one.id: one.zone for one in store.branches.every(conn)}
        homes = store.clients.branches(conn, list(range(1, len(HANDS) + 1)))
        ids = [
            store.cards.add(conn, {
                "key": f"bench:pair:{client_id}", "client_id": client_id, "branch_id": branch_id, "created_at": NOW, "rule": CAUSE,
                "step": "call", "status": "new_contact", "due_on": day_of(NOW, zones[branch_id]), "created_by": "club",
            })
            for client_id, branch_id in homes.items()
        ]  # fmt: skip
    return [str(one) for one in ids]


def rows(hand: Page, eyes: Page, cards: list[str], *, full: bool) -> Iterator[Row]:
    """Each way in turn, there and back again."""
    hand.evaluate(_LETS_GO)
    touch = hand.context.new_cdp_session(hand)
    moves = MOVES if full else FEW
    for card, (name, (moved, lets_go)) in zip(cards, HANDS.items(), strict=True):
        spent = [_seen(hand, eyes, touch, card, ("tomorrow", "today")[number % 2], moved, lets_go) for number in range(moves)]
        p95 = quantile(spent, 0.95)
        yield Row(12, f"a card moved by {name}, to where the other tablet shows it, p95", seconds(p95 / 1000),
                  f"p50 of {len(spent)}", seconds(quantile(spent, 0.5) / 1000), value=p95, most=SEEN_WITHIN, unit="ms", fits=full)  # fmt: skip


def _seen(hand: Page, eyes: Page, touch: CDPSession, card: str, to: str, moved: Hand, lets_go: str) -> float:
    """Milliseconds from letting go to the frame on the other's screen."""
    stands = f'[data-card="{card}"][data-column={to}]'
    for _ in range(TRIES):
        eyes.evaluate(_WAITS_FOR, [card, to])
        moved(hand, touch, card, to)
        shown: float | None = eyes.evaluate("window.shown")
        if shown is not None:
            spent: float = shown - hand.evaluate("(kind) => window.letGo[kind]", lets_go)
            # Nobody takes the next card before this one stands.
            hand.wait_for_selector(stands, state="attached", timeout=PATIENCE)
            time.sleep(0.2)
            return spent
        if hand.locator(stands).count():
            raise RuntimeError(f"the other tablet never shows card {card} in {to}")
    raise RuntimeError(f"card {card} cannot be moved to {to}")


def _by_mouse(page: Page, _touch: CDPSession, card: str, to: str) -> None:
    x, y = _corner(page, card)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y + 18, steps=4)
    page.mouse.move(*_middle(page, to), steps=12)
    page.wait_for_timeout(100)
    page.mouse.up()


def _by_finger(page: Page, touch: CDPSession, card: str, to: str) -> None:
    (x, y), goal = _corner(page, card), _middle(page, to)
    _touches(touch, "touchStart", x, y)
    # A long press lifts it.
    page.wait_for_timeout(300)
    for part in range(1, 11):
        _touches(touch, "touchMove", x + (goal[0] - x) * part / 10, y + (goal[1] - y) * part / 10)
        page.wait_for_timeout(20)
    _touches(touch, "touchEnd")


def _by_keyboard(page: Page, _touch: CDPSession, card: str, to: str) -> None:
    page.locator(f'[data-card="{card}"]').focus()
    for key in ("Space", "ArrowRight" if to == "tomorrow" else "ArrowLeft"):
        page.keyboard.press(key)
        page.wait_for_timeout(300)
    page.keyboard.press("Space")


def _by_menu(page: Page, _touch: CDPSession, card: str, to: str) -> None:
    page.locator(f'[data-card="{card}"] [data-menu]').tap()
    page.get_by_test_id(f"move-{to}").tap()


#: How a card is moved, and the event with which the hand lets go.
HANDS: dict[str, tuple[Hand, str]] = {
    "mouse": (_by_mouse, "mouseup"),
    "finger": (_by_finger, "touchend"),
    "keyboard": (_by_keyboard, "keydown"),
    "the menu, tapped": (_by_menu, "touchend"),
}


def _touches(touch: CDPSession, kind: str, *at: float) -> None:
    touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": at[0], "y": at[1]}] if at else []})


def _corner(page: Page, card: str) -> tuple[float, float]:
    face = page.locator(f'[data-card="{card}"]')
    face.scroll_into_view_if_needed()
    box = face.bounding_box()
    assert box
    return box["x"] + 30, box["y"] + 12


def _middle(page: Page, column: str) -> tuple[float, float]:
    box = page.get_by_test_id(f"column-{column}").bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
