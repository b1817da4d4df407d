"""The other half of goal 12: what browsers make of the board, on the served page with a real Chromium.

Frames are counted where they are drawn: something is seen in the first frame that begins after it was there. That the
board is open is counted to the end of that frame, with its layout and painting.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests import browser as browsers
from tests.bench import board_pair
from tests.bench.browsers import signed_in
from tests.bench.serving import ServedClub
from tests.bench.table import Row, seconds

VISITS, MOVES, FEW = 5, 12, 3
TO = ("tomorrow", "later", "today")
FRAME = 1000 / 60
PATIENCE = 60_000

#: The moments of the first long and the last word from the club, and of the first frame in which something holds.
_WATCHES = """
const Plain = window.WebSocket;
window.WebSocket = class extends Plain {
  constructor(...given) { super(...given); this.addEventListener("message", ({data}) => {
    window.heardAt = performance.now();
    if (data.length > 4000) window.toldAt ??= window.heardAt;
  }); }
};
window.seen = (holds) => new Promise((done) => {
  const look = () => (holds() ? done(performance.now()) : requestAnimationFrame(look));
  requestAnimationFrame(look);
});
window.painted = () => new Promise((done) => {
  const after = new MessageChannel();
  after.port1.onmessage = () => done(performance.now());
  after.port2.postMessage(0);
});
"""
_OPENS = """async () => {
  const began = performance.now();
  window.toldAt = undefined;
  document.querySelector("a[href='/board']").click();
  await seen(() => document.querySelector("[data-card]"));
  const at = await painted();
  return {seen: at - began, drawn: at - window.toldAt, nodes: document.querySelectorAll("*").length};
}"""
_MOVES = """async (to) => {
  const card = [...document.querySelectorAll("[data-card]")].find((one) => ![to, "overdue"].includes(one.dataset.column) && one.checkVisibility());
  const goal = document.querySelector(`[data-testid=column-${to}]`), before = Number(goal.dataset.count);
  card.dispatchEvent(new MouseEvent("contextmenu", {bubbles: true, cancelable: true, clientX: 300, clientY: 300}));
  const began = performance.now();
  document.querySelector(`[data-move-to=${to}]`).click();
  // One that does not come to stand counts with all the time that it was waited for.
  const late = () => performance.now() > began + 10_000;
  const stood = () => Number(goal.dataset.count) > before;
  const waits = await seen(() => document.querySelector(".card.saving") || stood() || late());
  const stands = await seen(() => stood() || late());
  return {waits: waits - began, whole: stands - began, after: stands - window.heardAt};
}"""


def rows(served: ServedClub, count: int) -> Iterator[Row]:
    """The board opened from another page, again and again by a new browser; then cards moved on it."""
    cookie, fits = signed_in(served).removeprefix("club="), count >= 10_000
    with _chromium() as chromium:
        visits = [_visit(chromium, served, cookie) for _ in range(VISITS if fits else 1)]
        moves = _moves(chromium, served, cookie, MOVES if fits else FEW)
        others = list(_others(chromium, served, cookie, full=fits))
    seen, drawn = _median(visits, "seen"), _median(visits, "drawn")
    yield Row(12, f"the board of {count:,} cards opened, to its first cards", seconds(seen / 1000),
              f"of which drawing {seconds(drawn / 1000)}", f"{visits[0]['nodes']:,.0f} nodes", value=seen, most=100, unit="ms", fits=fits)  # fmt: skip
    waits, whole, after = (_median(moves, name) for name in ("waits", "whole", "after"))
    yield Row(12, "a card moved on the page, to the frame that shows it going", seconds(waits / 1000), "frames",
              f"{waits / FRAME:.1f}", value=waits, most=FRAME, unit="ms", fits=fits)  # fmt: skip
    yield Row(12, "the same, to where it stands, beyond the club's answer", seconds(after / 1000), "with it",
              seconds(whole / 1000), value=after, most=FRAME, unit="ms", fits=fits)  # fmt: skip
    yield from others


@contextmanager
def _chromium() -> Iterator[Browser]:
    path = browsers.find()
    if path is None:
        raise RuntimeError(browsers.MISSING)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=browsers.ARGUMENTS, env={**os.environ, **browsers.HOME})
        yield chromium
        chromium.close()


@contextmanager
def _page(chromium: Browser, served: ServedClub, cookie: str, path: str, ready: str, **more: Any) -> Iterator[Page]:
    """A page of somebody signed in, when what it waits for is there."""
    context = chromium.new_context(base_url=served.served.url, locale="en", viewport={"width": 1280, "height": 800}, **more)
    context.add_cookies([{"name": "club", "value": cookie, "url": served.served.url}])
    page = context.new_page()
    page.add_init_script(_WATCHES)
    page.goto(path)
    page.wait_for_selector(ready, timeout=PATIENCE)
    # What a page fetches beforehand for the next ones is there.
    page.wait_for_load_state("networkidle")
    yield page
    context.close()


def _visit(chromium: Browser, served: ServedClub, cookie: str) -> dict[str, float]:
    with _page(chromium, served, cookie, "/folders", "[data-testid=folder-active]") as page:
        found: dict[str, float] = page.evaluate(_OPENS)
    return found


def _moves(chromium: Browser, served: ServedClub, cookie: str, count: int) -> list[dict[str, float]]:
    with _page(chromium, served, cookie, "/board", "[data-card]") as page:
        page.wait_for_selector("[data-move-to]", state="attached")
        return [page.evaluate(_MOVES, TO[number % len(TO)]) for number in range(count)]


def _others(chromium: Browser, served: ServedClub, cookie: str, *, full: bool) -> Iterator[Row]:
    """What is moved on one tablet, as the other shows it."""
    cards = board_pair.add_cards(served)
    shown = f'[data-card="{cards[-1]}"]'
    with (
        _page(chromium, served, cookie, board_pair.PATH, shown, has_touch=True) as hand,
        _page(chromium, served, cookie, board_pair.PATH, shown) as eyes,
    ):
        yield from board_pair.rows(hand, eyes, cards, full=full)


def _median(found: list[dict[str, Any]], name: str) -> float:
    return statistics.median(one[name] for one in found)
