"""The few pieces that need the browser's own code: a dialog, a form, a passing message, the light.

Everything else is plain HTML. They are thin: what they show and what they do stays in Python.
"""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex_base.components.component import Component
from reflex_components_core.el.element import Element

_REACT = {"react": ["useEffect", "useRef", "useState"]}

_DIALOG = """
function ClubDialog({open, onShut, children, ...rest}) {
  const ref = useRef(null);
  const opened = useRef(0);
  const begin = () => (ref.current.querySelector("[data-first]") || ref.current.querySelector("input, select, textarea, button"))?.focus();
  useEffect(() => {
    const box = ref.current;
    if (open && !box.open) {
      box.showModal();
      opened.current = Date.now();
      begin();
    }
    if (!open && box.open) box.close();
  }, [open]);
  // What is drawn anew while the page still arrives loses the focus that was in it.
  useEffect(() => { if (open && document.activeElement === document.body && Date.now() - opened.current < 2000) begin(); });
  const shut = () => onShut && onShut();
  const outside = (event) => {
    const box = ref.current.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (event.target === ref.current && !inside) shut();
  };
  return jsx("dialog", {ref, onCancel: (event) => { event.preventDefault(); shut(); }, onMouseDown: outside, ...rest}, open ? children : null);
}"""

_FORM = """
// What is typed while the connection is away outlives the page's being made anew when it comes back: the light
// notes from when to when it was away, and a silent loss is noticed only half a minute late.
const typed = {at: "", all: null, since: 0};
// What was sent, by place and words. Sent again after an answer that never came, it is the same press: what was done
// then is not done twice.
const presses = {};
function survives(since) {
  const away = window.clubAway;
  if (!away || since < away.since - 40000) return false;
  return !away.until || (since <= away.until && Date.now() - away.until < 60000);
}
const newPress = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
function fillAgain(form, all) {
  for (const field of form.elements) {
    if (!(field.name in all) || ["hidden", "password", "file", "submit"].includes(field.type)) continue;
    if (field.type === "radio" || field.type === "checkbox") field.checked = all[field.name].split(",").includes(field.value);
    else field.value = all[field.name];
  }
}
function ClubForm({onSend, onDraft, turn, children, ...rest}) {
  const ref = useRef(null);
  const timer = useRef(0);
  const name = rest["data-testid"] || "";
  const at = () => window.location.pathname + window.location.search + name;
  // The address may go on to name the form after it has opened; the form is the same.
  const form = useRef("");
  const own = () => (form.current ||= window.location.pathname + name);
  const remember = (all) => Object.assign(typed, {at: at(), all, since: Date.now()});
  const forget = (answered) => {
    for (const [said, press] of Object.entries(presses)) {
      if (press.form !== own()) continue;
      const known = answered(press);
      if (known && typed.at === press.at && typed.since <= press.since) typed.all = null;
      if (known || !survives(press.since)) delete presses[said];
    }
  };
  const values = () => {
    const all = {};
    for (const [name, value] of new FormData(ref.current)) if (typeof value === "string") all[name] = name in all ? all[name] + "," + value : value;
    return all;
  };
  useEffect(() => {
    ref.current.querySelectorAll("button[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
    ref.current.querySelector("[aria-invalid=true]")?.focus();
  }, [turn]);
  useEffect(() => {
    own();
    forget((press) => turn > press.turn);
    if (onDraft && typed.all && typed.at === at() && survives(typed.since)) {
      fillAgain(ref.current, typed.all);
      timer.current = window.setTimeout(() => ref.current && onDraft(values()), 600);
    }
    return () => {
      window.clearTimeout(timer.current);
      forget(() => false);
      if (!survives(typed.since)) typed.all = null;
    };
  }, []);
  const send = (event) => {
    event.preventDefault();
    window.clearTimeout(timer.current);
    const button = event.nativeEvent.submitter;
    if (ref.current.querySelector("button[aria-busy=true]")) return;
    button?.setAttribute("aria-busy", "true");
    const all = values();
    remember({...all});
    if (button?.name) all[button.name] = button.value;
    const press = presses[at() + JSON.stringify(all)] ??= {key: newPress()};
    Object.assign(press, {form: own(), at: at(), since: Date.now(), turn});
    all.pressed = press.key;
    onSend && onSend(all);
  };
  const note = () => {
    if (!onDraft) return;
    remember(values());
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => ref.current && onDraft(values()), 600);
  };
  return jsx("form", {ref, noValidate: true, onSubmit: send, onChange: note, ...rest}, children);
}"""

_TOAST = """
function ClubToast({says, bad, undo, seconds, undoWord, closeWord, onUndo, onGone}) {
  const [left, setLeft] = useState(seconds);
  const held = useRef(false);
  useEffect(() => {
    const clock = window.setInterval(() => { if (!held.current) setLeft((now) => now - 1); }, 1000);
    return () => window.clearInterval(clock);
  }, []);
  useEffect(() => { if (left <= 0) onGone(); }, [left]);
  const icon = (name, size) => jsx("svg", {className: "i", width: size, height: size, "aria-hidden": true}, jsx("use", {href: "#i-" + name}));
  const hold = (now) => () => { held.current = now; };
  return jsx("div", {className: bad ? "toast bad" : "toast", style: {"--secs": seconds + "s"}, onMouseEnter: hold(true), onMouseLeave: hold(false), onFocus: hold(true), onBlur: hold(false)},
    icon(bad ? "triangle-alert" : "check", 18),
    jsx("span", {className: "pretty"}, says),
    undo ? jsx("button", {type: "button", "data-shortcut": "undo", onClick: onUndo}, undoWord, jsx("span", {"aria-hidden": true}, ", " + left)) : null,
    jsx("button", {type: "button", className: "x", "aria-label": closeWord, onClick: onGone}, icon("x", 18)),
    jsx("span", {className: "bar", "aria-hidden": true}));
}
function ClubToasts({count, children, ...rest}) {
  const ref = useRef(null);
  useEffect(() => {
    const box = ref.current;
    if (!box.showPopover) return;
    if (box.matches(":popover-open")) box.hidePopover();
    if (count > 0) box.showPopover();
  }, [count]);
  return jsx("div", {ref, popover: "manual", className: "toasts", ...rest}, children);
}"""

_LIGHT = """
function ClubLight({down, beat, on, onName, behind, off, asOf, ...rest}) {
  const seen = useRef(Date.now());
  const lost = useRef(0);
  const [, turn] = useState(0);
  useEffect(() => { seen.current = Date.now(); }, [beat]);
  useEffect(() => {
    const clock = window.setInterval(() => turn((n) => n + 1), 1000);
    return () => window.clearInterval(clock);
  }, []);
  const away = down || (typeof navigator !== "undefined" && navigator.onLine === false);
  if (away && !lost.current) lost.current = Date.now();
  if (!away) lost.current = 0;
  useEffect(() => {
    if (away) window.clubAway = {since: Date.now(), until: 0};
    else if (window.clubAway && !window.clubAway.until) window.clubAway.until = Date.now();
  }, [away]);
  const late = Math.floor((Date.now() - seen.current) / 1000);
  const state = away ? "off" : beat && late > 24 ? "behind" : "on";
  const hues = {on: "active", behind: "to_renew", off: "danger"};
  const gone = lost.current ? Math.floor((Date.now() - lost.current) / 1000) : 0;
  const span = Math.floor(gone / 60) + ":" + String(gone % 60).padStart(2, "0");
  const words = {on, behind, off: off + " " + span + (beat ? ", " + asOf.replace("{time}", beat.slice(0, 5)) : "")};
  const said = {on: onName, behind, off}[state];
  return jsx("button", {type: "button", className: "conn", "data-h": hues[state], "data-state": state, "data-testid": "connection", ...rest},
    jsx("span", {className: "dot", "aria-hidden": true}),
    jsx("svg", {className: "i off", width: 17, height: 17, "aria-hidden": true}, jsx("use", {href: "#i-wifi-off"})),
    jsx("span", {className: "w", "aria-hidden": true}, words[state]),
    jsx("span", {className: "vh", role: "status"}, said));
}"""

_READER = """
function ClubReader({language, theme, title}) {
  const {setColorMode} = useContext(ColorModeContext);
  useEffect(() => { if (language && document.documentElement.lang !== language) document.documentElement.lang = language; }, [language]);
  useEffect(() => { if (theme) setColorMode(theme); }, [theme]);
  useEffect(() => { if (title) document.title = title; }, [title, language]);
  /* Of many tabs on a narrow screen the present one is in view. */
  useEffect(() => {
    for (const tab of document.querySelectorAll(".tabs [aria-current=page]")) {
      const row = tab.closest(".tabs");
      row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
    }
    /* A life line that is wider than the screen opens at today. */
    for (const line of document.querySelectorAll(".lifew")) {
      const today = line.querySelector(".life-now").getBoundingClientRect().left - line.getBoundingClientRect().left;
      line.scrollLeft += today - line.clientWidth * 0.7;
    }
  }, [title, language]);
  return null;
}"""

_LATER = """
function ClubLater({children}) {
  const [due, come] = useState(false);
  useEffect(() => {
    // Whoever reaches for something before that finds it there.
    const kinds = ["pointerdown", "keydown", "beforetoggle"];
    const reached = () => come(true);
    // A menu can be opened before this page lives.
    if (HTMLElement.prototype.showPopover && document.querySelector(".menu:popover-open")) return reached();
    const timer = window.setTimeout(() => startTransition(reached), 600);
    kinds.forEach((kind) => window.addEventListener(kind, reached, true));
    return () => {
      window.clearTimeout(timer);
      kinds.forEach((kind) => window.removeEventListener(kind, reached, true));
    };
  }, []);
  return due ? children : null;
}"""


def _plain() -> list[Any]:
    return []


class _Part(Component):
    """A component whose code is given here."""

    def add_imports(self) -> dict[str, Any]:
        """What all of them use of React."""
        return dict(_REACT)


class Dialog(_Part):
    """The browser's modal dialog: focus stays inside, Esc and a press beside it ask to shut it."""

    tag = "ClubDialog"
    open: rx.Var[bool]
    on_shut: rx.EventHandler[_plain]

    def add_custom_code(self) -> list[str]:
        """Its code, once a page."""
        return [_DIALOG]


def _sent(data: rx.Var[dict[str, str]]) -> list[rx.Var[dict[str, str]]]:
    return [data]


class Form(_Part):
    """A form that sends its fields as a dict of texts, and what is being typed as a draft.

    `turn` is a number that grows with every answer: the pressed button then stops waiting, and the
    first wrong field gets the focus.
    """

    tag = "ClubForm"
    turn: rx.Var[int]
    auto_complete: rx.Var[str]
    on_send: rx.EventHandler[_sent]
    on_draft: rx.EventHandler[_sent]

    def add_custom_code(self) -> list[str]:
        """Its code, once a page."""
        return [_FORM]


class Toast(_Part):
    """One passing message with its clock; the clock stands while pointer or focus are on it."""

    tag = "ClubToast"
    says: rx.Var[str]
    bad: rx.Var[bool]
    undo: rx.Var[bool]
    seconds: rx.Var[int]
    undo_word: rx.Var[str]
    close_word: rx.Var[str]
    on_undo: rx.EventHandler[_plain]
    on_gone: rx.EventHandler[_plain]

    def add_custom_code(self) -> list[str]:
        """Its code, once a page."""
        return [_TOAST]


class Toasts(_Part):
    """Where messages stand: above everything, dialogs included."""

    tag = "ClubToasts"
    count: rx.Var[int]

    def add_custom_code(self) -> list[str]:
        """Its code, once a page."""
        return [_TOAST]


class Light(_Part):
    """The connection light: it counts by itself how old the data is, and says so."""

    tag = "ClubLight"
    down: rx.Var[bool]
    beat: rx.Var[str]
    on: rx.Var[str]
    on_name: rx.Var[str]
    behind: rx.Var[str]
    off: rx.Var[str]
    as_of: rx.Var[str]

    def add_custom_code(self) -> list[str]:
        """Its code, once a page."""
        return [_LIGHT]


class Reader(_Part):
    """Tells the document in which language, theme and under which title it is read."""

    tag = "ClubReader"
    language: rx.Var[str]
    theme: rx.Var[str]
    title: rx.Var[str]

    def add_imports(self) -> dict[str, Any]:
        """The theme is the framework's to set."""
        return {"react": ["useContext", "useEffect"], "$/utils/context-registry": ["ColorModeContext"]}

    def add_custom_code(self) -> list[str]:
        """Its code, once a page."""
        return [_READER]


class Later(_Part):
    """What nobody sees at once, as the lines of a menu: it is there when the page is, or at the first touch, and holds up nothing."""

    tag = "ClubLater"

    def add_imports(self) -> dict[str, Any]:
        """It gives way to whatever is more urgent."""
        return {"react": ["startTransition", "useEffect", "useState"]}

    def add_custom_code(self) -> list[str]:
        """Its code, once a page."""
        return [_LATER]


class Entering(Component):
    """A page, which the club is asked to fill before it is drawn. Its code is `assets/entering.js`."""

    library = "$/public/entering.js"
    tag = "ClubEntering"


class NativeForm(Element):
    """A form that the browser posts by itself, with a full page load: sign-in and sign-out set cookies."""

    tag = "form"
    action: rx.Var[str]
    method: rx.Var[str]
    auto_complete: rx.Var[str]
