"""A served club before browsers that mean it harm: names that are scripts, injected scripts, frames, ended sign-ins."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from lifecycle.actions import staff
from lifecycle.clock import Clock
from lifecycle.club import Club, open_engine
from lifecycle.desk import CLUB
from lifecycle.store import staff as rows
from tests.e2e.people import PASSWORD, Founded, found, served_at, signs_in

CANARY = "Zyablikova Canary"
NAMES = [
    CANARY,
    "<script>window.ran = 1</script>",
    "<img src=x onerror='window.ran = 1'>",
    "<svg onload=window.ran=1>",
    "<iframe srcdoc='<script>parent.ran = 1</script>'></iframe>",
    "javascript:window.ran=1",
    "[x](javascript:window.ran=1)",
    "{{constructor.constructor('window.ran=1')()}}",
    '"><body onload=window.ran=1>',
    "</script><script>window.ran=1</script>",
]


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    founded = found(tmp_path_factory.mktemp("intruders") / "data")
    for name in NAMES:
        founded.lead(name)
    founded.member("<b onmouseover=window.ran=1>Mary</b>", "2026-01-10", days=3650)
    staff.add(founded.club, CLUB, login="gone", name="Gleb", role="front_desk", password=PASSWORD, branches=[1])
    return founded


@pytest.fixture(scope="module")
def served(serve, club: Founded):
    return served_at(serve, club)


@pytest.fixture
def watched(served, person):
    """Olga's page, which notes every script that a policy stopped."""
    page = person(served, "/sign-in")
    page.context.add_init_script("window.stopped = []; addEventListener('securitypolicyviolation', e => stopped.push(e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sourceFile))")
    return signs_in(page, "olga", anew=True)


def look(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.locator("h1").first).to_be_visible()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


# --- in the browser ---------------------------------------------------------------------------


def test_names_that_are_scripts_are_shown_as_text_on_every_page(watched):
    ran = {}
    for path in ("/", "/folders", "/folder/potential", "/folder/active", "/client/2", "/client/3", "/client/11"):
        look(watched, path)
        ran[path] = watched.evaluate("[window.ran ?? 0, document.querySelectorAll('main iframe, main script, main b[onmouseover]').length]")
    assert set(map(tuple, ran.values())) == {(0, 0)}
    look(watched, "/folder/potential")
    expect(watched.get_by_text("<script>window.ran = 1</script>").first).to_be_visible()


def test_our_own_pages_need_nothing_that_the_policy_forbids(watched):
    stopped = {}
    for path in ("/", "/folders", "/folder/potential?open=1", "/client/1", "/client/1?deed=record_contact&of=1", "/add", "/settings",
                 "/settings/staff", "/settings/sessions", "/nowhere"):  # fmt: skip
        look(watched, path)
        stopped[path] = watched.evaluate("stopped")
    assert {path: what for path, what in stopped.items() if what} == {}


@pytest.mark.parametrize(
    "injected",
    ["const s = document.createElement('script'); s.text = 'window.ran = 1'; document.body.append(s)",
     "const d = document.createElement('div'); d.innerHTML = '<img src=/nope.png onerror=\"window.ran = 1\">'; document.body.append(d)",
     "const f = document.createElement('iframe'); f.srcdoc = '<script>parent.ran = 1</scr' + 'ipt>'; document.body.append(f)",
     "const a = document.createElement('a'); a.href = 'javascript:window.ran = 1'; document.body.append(a); a.click()",
     "const s = document.createElement('script'); s.src = 'data:text/javascript,window.ran=1'; document.body.append(s)",
     "const s = document.createElement('script'); s.text = 'eval(\"window.ran = 1\")'; document.body.append(s)"],
)  # fmt: skip
def test_a_script_that_got_into_the_page_does_not_run(watched, injected):
    watched.evaluate(injected)
    watched.wait_for_timeout(300)
    assert watched.evaluate("window.ran ?? 0") == 0
    # What a frame within the page stops, the frame alone hears of.
    assert "iframe" in injected or watched.evaluate("stopped.length") > 0


def test_scripts_cannot_read_the_session_and_nothing_personal_lies_in_the_browser(watched, club):
    look(watched, "/folder/potential")
    expect(watched.get_by_text(CANARY).first).to_be_visible()
    kept = watched.evaluate("JSON.stringify([document.cookie, {...localStorage}, {...sessionStorage}])")
    assert "club=" not in kept
    assert CANARY not in kept
    cookie = next(each for each in watched.context.cookies() if each["name"] == "club")
    assert cookie["value"] not in kept
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")


def test_another_site_cannot_frame_the_club(watched, served):
    page = watched.context.new_page()
    page.set_content(f"<iframe src='{served.url}/folders'></iframe>")
    page.wait_for_timeout(500)
    assert CANARY not in " ".join(frame.content() for frame in page.frames)
    assert not [frame for frame in page.frames if frame.query_selector("[data-testid=connection]")]


def test_whoever_signs_out_in_one_tab_sees_nothing_in_the_other(watched):
    look(watched, "/folder/potential")
    expect(watched.get_by_text(CANARY).first).to_be_visible()
    other = watched.context.new_page()
    other.goto("/folders")
    other.evaluate("""() => { const f = document.createElement('form'); f.method = 'post'; f.action = '/auth/sign-out'; document.body.append(f); f.submit() }""")
    expect(other).to_have_url(re.compile("/sign-in"))
    expect(watched).to_have_url(re.compile("/sign-in"))
    assert CANARY not in watched.content()
    watched.go_back()
    expect(watched).to_have_url(re.compile("/sign-in"))
    assert CANARY not in watched.content()


def test_a_person_put_out_by_the_owner_loses_the_open_page_at_once(served, person, club):
    page = signs_in(person(served, "/sign-in"), "gone", path="/folder/potential")
    expect(page.get_by_text(CANARY).first).to_be_visible()
    # Another process does it, so this server hears of it only by looking.
    again = Club(open_engine(f"sqlite:///{club.data / 'club.sqlite3'}"), Clock(), club.data)
    with again.reading() as conn:
        gone = rows.by_login(conn, "gone")
    staff.deactivate(again, CLUB, gone.id)
    again.close()
    page.wait_for_timeout(600)
    page.get_by_role("link", name=CANARY).click()
    expect(page).to_have_url(re.compile("/sign-in"))
