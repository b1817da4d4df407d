/* The board's behaviour: lifting by mouse, finger and keyboard, the menu as the other way, waiting for the club's answer.
   A drop is shown as waiting until the club has stored it; refused, the card travels home and the reason stands in the slot.
   It knows columns by their codes and cards by their ids, and no word and no rule: those come as properties. */
import { jsx } from "@emotion/react";
import { DragDropContext, Draggable, Droppable } from "@hello-pangea/dnd";
import { createContext, memo, startTransition, useContext, useEffect, useLayoutEffect, useRef, useState } from "react";

const KB_ORDER = ["unsorted", "overdue", "today", "tomorrow", "this_week", "later"];
const KB_WAITS = 8000;
const KB_STANDS = 6000;
/* Of cards as high as they are wont to be a column shows one in so many pixels of the whole screen. */
const KB_PIXELS = 200;
const KbContext = createContext(null);

const kbFill = (words, values) => words.replace(/\{(\w+)\}/g, (hole, name) => values[name] ?? hole);
const kbCard = (id) => document.querySelector(`[data-card="${CSS.escape(id)}"]`);
const kbKey = () => Date.now().toString(36) + Math.random().toString(36).slice(2, 12);
const kbStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export function KbBoard({ready, answer, fixed, usage, saysLift, saysOver, saysHome, saysNowhere, saysBack, saysLate, saysGone, saysClosed, onMove, onAct, children, ...rest}) {
  const [picked, setPicked] = useState("today");
  const [ranks, setRanks] = useState(Object.fromEntries(KB_ORDER.map((code, place) => [code, place + 1])));
  const [pending, setPending] = useState({});
  const [returned, setReturned] = useState(null);
  const [from, setFrom] = useState("");
  // The column under mouse or finger: what is meant is where one points, not where the middle of a wide card is.
  const [aim, setAim] = useState(null);
  // As many cards of a column as a screen shows are drawn first, the others when those are seen.
  const [first, setFirst] = useState(() => Math.ceil((globalThis.innerHeight ?? 0) / KB_PIXELS));
  const box = useRef(null);
  const live = useRef({columns: {}, waiting: {}, travels: {}, refocus: "", aim: null, menuOf: "", menuFocus: false, finger: false, dragging: false});
  const now = live.current;
  useEffect(() => {
    if (ready) requestAnimationFrame(() => window.setTimeout(() => startTransition(() => setFirst(Infinity))));
  }, [ready]);
  now.gone = (id) => {
    const card = kbCard(id);
    return card ? kbFill(saysGone, now.columns[card.dataset.column]) : saysClosed;
  };

  const settled = now.settled = (id) => setPending(({[id]: _, ...others}) => others);

  const giveBack = (id, reason) => {
    const own = now.waiting[id];
    if (!own) return;
    delete now.waiting[id];
    now.travels[id] = own.ghost.getBoundingClientRect();
    settled(id);
    setReturned({to: own.to, reason, key: own.key});
    window.setTimeout(() => setReturned((shown) => (shown?.key === own.key ? null : shown)), KB_STANDS);
  };

  const move = (id, to) => {
    const node = kbCard(id);
    if (!node || !KB_ORDER.includes(to) || node.dataset.column === to || now.waiting[id]) return;
    const key = kbKey();
    const ghost = node.cloneNode(true);
    for (const name of ["style", "id", "tabindex", "data-card", "data-testid", "aria-label", "role"]) ghost.removeAttribute(name);
    ghost.className = "card saving";
    if (node.contains(document.activeElement) || now.menuFocus) now.refocus = id;
    now.waiting[id] = {key, to, ghost};
    setReturned(null);
    setPending((all) => ({...all, [id]: {to, ghost}}));
    window.setTimeout(() => now.waiting[id]?.key === key && giveBack(id, saysLate), KB_WAITS);
    onMove(id, to, Number(node.dataset.version), key);
  };

  useEffect(() => {
    const own = answer?.card && now.waiting[answer.card];
    if (!own || own.key !== answer.key) return;
    if (answer.reason) return giveBack(answer.card, answer.reason);
    delete now.waiting[answer.card];
    const id = answer.card;
    // It shows itself where it now stands; beyond what the column shows there is nothing to wait for.
    window.setTimeout(() => settled(id), 1500);
  }, [answer?.key]);

  const under = (event) => {
    const at = event.touches?.[0] || event;
    const code = document.elementFromPoint(at.clientX, at.clientY)?.closest("[data-aim]")?.dataset.aim ?? "";
    if (code === now.aim) return;
    now.aim = code;
    setAim(code);
  };

  const watched = ["mousemove", "touchmove"];
  const seized = () => {
    // Before the library changes anything: what it moves about is no news.
    now.dragging = true;
  };

  const lifted = (start, given) => {
    const {name} = now.columns[start.source.droppableId];
    const card = kbCard(start.draggableId);
    now.menuFocus = false;
    setFrom(start.source.droppableId);
    setReturned(null);
    watched.forEach((kind) => window.addEventListener(kind, under, true));
    given.announce(kbFill(saysLift, {card: card?.dataset.name ?? "", column: name, place: start.source.index + 1}));
  };

  const over = (update, given) => {
    const to = now.aim ?? update.destination?.droppableId;
    if (!to) return given.announce(saysNowhere);
    const {name, says} = now.columns[to];
    given.announce(kbFill(to === update.source.droppableId ? saysHome : saysOver, {column: name, says}));
  };

  const dropped = (result, given) => {
    watched.forEach((kind) => window.removeEventListener(kind, under, true));
    const meant = now.aim ?? result.destination?.droppableId;
    now.aim = null;
    now.dragging = false;
    setAim(null);
    setFrom("");
    const to = result.reason === "CANCEL" ? "" : meant || "";
    if (!to || to === result.source.droppableId) {
      given.announce(kbFill(saysBack, {column: now.columns[result.source.droppableId].name}));
      return;
    }
    given.announce(kbFill(saysOver, now.columns[to]));
    move(result.draggableId, to);
  };

  const openMenu = (card, left, top) => {
    const menu = document.getElementById("card-menu");
    if (!menu) return;
    now.menuOf = card.dataset.card;
    for (const item of menu.querySelectorAll("[data-move-to]")) item.hidden = item.dataset.moveTo === card.dataset.column;
    for (const item of menu.querySelectorAll("[data-act=call]")) item.hidden = !card.dataset.tel;
    menu.showPopover();
    menu.style.left = `${Math.max(8, Math.min(left, innerWidth - menu.offsetWidth - 8))}px`;
    menu.style.top = `${Math.max(8, Math.min(top, innerHeight - menu.offsetHeight - 8))}px`;
  };

  const opens = (card) => card.querySelector("a.cl")?.click();

  const acts = {
    open: (card) => opens(card),
    call: (card) => window.location.assign(card.dataset.tel),
  };

  useEffect(() => {
    const menu = document.getElementById("card-menu");
    const chosen = (event) => {
      const item = event.target.closest("[data-move-to], [data-act]");
      const card = item && kbCard(now.menuOf);
      if (!card) return;
      now.menuFocus = true;
      if (item.dataset.moveTo) return move(now.menuOf, item.dataset.moveTo);
      const own = acts[item.dataset.act];
      if (own) own(card);
      else onAct(now.menuOf, item.dataset.act);
    };
    menu?.addEventListener("click", chosen);
    return () => menu?.removeEventListener("click", chosen);
  });

  const cardOf = (event) => event.target.closest?.("[data-card]");
  const onContextMenu = (event) => {
    const card = cardOf(event);
    if (!card || now.dragging || now.finger) return;
    event.preventDefault();
    const spot = card.getBoundingClientRect();
    const byKey = event.clientX === 0 && event.clientY === 0;
    openMenu(card, byKey ? spot.left + 24 : event.clientX, byKey ? spot.top + 24 : event.clientY);
  };

  const onClick = (event) => {
    const opener = event.target.closest("[data-open-column]");
    if (opener) return openColumn(opener.dataset.openColumn);
    const card = cardOf(event);
    if (!card) return;
    const more = event.target.closest("[data-menu]");
    if (more) {
      const spot = more.getBoundingClientRect();
      openMenu(card, spot.right - 220, spot.bottom + 4);
    } else if (now.finger && !event.target.closest("a, button")) opens(card);
  };

  const onDoubleClick = (event) => {
    const card = cardOf(event);
    if (card && !event.target.closest("a, button")) opens(card);
  };

  const openColumn = (code) => {
    const shown = innerWidth < 900 ? 3 : innerWidth < 1200 ? 4 : 6;
    setRanks((all) => {
      const least = KB_ORDER.filter((one) => all[one] <= shown && one !== code).at(-1);
      return all[code] <= shown ? all : {...all, [code]: all[least], [least]: all[code]};
    });
  };

  const onKeyDown = (event) => {
    const card = cardOf(event);
    if (!card || event.target !== card || now.dragging || event.defaultPrevented) return;
    const lists = [...box.current.querySelectorAll(".clm > .list")].filter((one) => one.checkVisibility({visibilityProperty: true}));
    const mine = [...card.parentElement.querySelectorAll(":scope > [data-card]")];
    const column = lists.indexOf(card.parentElement);
    const beside = (by) => {
      for (let at = column + by; at >= 0 && at < lists.length; at += by) {
        const top = card.getBoundingClientRect().top;
        const cards = [...lists[at].querySelectorAll(":scope > [data-card]")];
        if (cards.length) return cards.find((one) => one.getBoundingClientRect().bottom > top) || cards.at(-1);
      }
      return null;
    };
    const goal = {
      ArrowDown: () => mine[mine.indexOf(card) + 1], ArrowUp: () => mine[mine.indexOf(card) - 1],
      Home: () => mine[0], End: () => mine.at(-1), ArrowRight: () => beside(1), ArrowLeft: () => beside(-1),
    }[event.key];
    if (goal) {
      event.preventDefault();
      goal()?.focus();
    } else if (event.key === "Enter") opens(card);
    else if (["c", "с"].includes(event.key.toLowerCase()) && card.dataset.tel && !event.ctrlKey && !event.metaKey) acts.call(card);
  };

  const shared = {fixed, aim, first, picked, setPicked, ranks, pending, returned, from, now, shutReturned: () => setReturned(null)};
  const board = jsx("div", {
    ref: box, onContextMenu, onClick, onDoubleClick, onKeyDown,
    onPointerDownCapture: (event) => { now.finger = event.pointerType !== "mouse"; }, ...rest,
  }, children);
  return jsx(KbContext.Provider, {value: shared},
    jsx(DragDropContext, {onBeforeCapture: seized, onDragStart: lifted, onDragUpdate: over, onDragEnd: dropped, dragHandleUsageInstructions: usage}, board));
}

export function KbColumn({columnId, name, says, children, className, ...rest}) {
  const {aim, picked, ranks, now} = useContext(KbContext);
  now.columns[columnId] = {name, says, column: name};
  return jsx("section", {
    ...rest, className: picked === columnId ? `${className} picked` : className, "data-rank": ranks[columnId],
    "data-aim": columnId, "data-aimed": aim === columnId ? "" : undefined,
  }, children);
}

export function KbTab({columnId, children, ...rest}) {
  const {aim, picked, setPicked} = useContext(KbContext);
  return jsx("button", {
    type: "button", ...rest, "aria-pressed": picked === columnId, "data-aim": columnId, "data-aimed": aim === columnId ? "" : undefined,
    onClick: () => setPicked(columnId),
  }, children);
}

/* A search that follows the address, and never what is being typed in it. */
export function KbFind({sought, onSeek, ...rest}) {
  const box = useRef(null);
  const timer = useRef(0);
  useEffect(() => {
    if (box.current !== document.activeElement) box.current.value = sought;
  }, [sought]);
  const typed = (event) => {
    window.clearTimeout(timer.current);
    const {value} = event.target;
    timer.current = window.setTimeout(() => onSeek(value), 250);
  };
  return jsx("input", {ref: box, type: "search", defaultValue: sought, onInput: typed, autoComplete: "off", ...rest});
}

/* A list holds still under the eye: whatever comes or goes, the card one looks at stays where it is. Gives the way to stop. */
function kbHoldStill(list, now, tellFresh) {
  let anchor = null;
  let pointed = null;
  const cards = () => [...list.querySelectorAll(":scope > [data-card]")];
  const held = () => (pointed?.isConnected ? pointed : document.activeElement?.closest("[data-card]"));
  const pick = () => {
    const card = held();
    // At the head, too, where there are others above: those that come must not leave one standing at the edge.
    const inside = list.scrollTop > 0 || "back" in list.dataset;
    const node = list.contains(card) ? card : inside ? cards().find((one) => one.offsetTop + one.offsetHeight > list.scrollTop) : null;
    anchor = node ? {node, top: node.offsetTop} : null;
  };
  const tab = () => {
    const all = cards();
    if (all.length && !all.some((one) => one.tabIndex === 0)) all[0].tabIndex = 0;
  };
  const settle = (records) => {
    if (now.dragging) return;
    const by = anchor && list.contains(anchor.node) ? anchor.node.offsetTop - anchor.top : 0;
    if (by) list.scrollTop += by;
    const added = records.flatMap((one) => [...one.addedNodes]).filter((one) => one.querySelector?.(":scope > .mark"));
    const hidden = added.filter((one) => one.offsetTop + one.offsetHeight <= list.scrollTop).length;
    if (hidden) tellFresh((count) => count + hidden);
    tab();
    pick();
  };
  const onPointer = (event) => { pointed = event.target.closest("[data-card]"); list.handY = event.clientY; pick(); };
  const away = () => {
    pointed = null;
    list.handY = undefined;
    pick();
    if (!list.contains(document.activeElement)) list.querySelectorAll(":scope > .leaving").forEach((one) => one.remove());
  };
  const onFocus = (event) => {
    const card = event.target.closest("[data-card]");
    if (card) for (const one of cards()) one.tabIndex = one === card ? 0 : -1;
    pick();
  };
  const onScroll = () => { pick(); if (list.scrollTop < 8) tellFresh(0); };
  const watcher = new MutationObserver(settle);
  watcher.observe(list, {childList: true, subtree: true, characterData: true});
  const heard = [["pointerover", onPointer], ["pointermove", onPointer], ["pointerleave", away], ["focusin", onFocus], ["focusout", () => window.setTimeout(() => !list.matches(":hover") && away())], ["scroll", onScroll]];
  heard.forEach(([kind, hears]) => list.addEventListener(kind, hears, {passive: true}));
  window.addEventListener("resize", pick);
  tab();
  return () => {
    watcher.disconnect();
    window.removeEventListener("resize", pick);
  };
}

export function KbList({columnId, more, back, freshWord, closed, onWindow, children, ...rest}) {
  const kb = useContext(KbContext);
  const list = useRef(null);
  const asked = useRef("");
  const [fresh, setFresh] = useState(0);
  const whole = kb.first === Infinity;
  useEffect(() => (whole ? kbHoldStill(list.current, kb.now, setFresh) : undefined), [whole]);
  useEffect(() => {
    const box = list.current;
    asked.current = "";
    // Before the first frame nothing asks how high things are: it would be measured twice.
    if (!whole) return;
    // On a tall screen there may be nothing yet to scroll.
    if (more && box.clientHeight && box.scrollHeight - box.clientHeight < 100 && !kb.now.dragging) {
      asked.current = "more";
      onWindow(columnId, "more");
    }
  });
  const onScroll = () => {
    const box = list.current;
    const wants = more && box.scrollTop + box.clientHeight > box.scrollHeight - 600 ? "more" : back && box.scrollTop < 400 ? "back" : "";
    if (!wants || asked.current === wants || kb.now.dragging) return;
    asked.current = wants;
    onWindow(columnId, wants);
  };
  const toTop = () => { list.current.scrollTo({top: 0, behavior: kbStill() ? "auto" : "smooth"}); setFresh(0); };
  const {says} = kb.now.columns[columnId] ?? {says: ""};
  const ghosts = Object.entries(kb.pending).filter(([, one]) => one.to === columnId);
  const refused = kb.returned?.to === columnId ? kb.returned : null;
  return jsx(Droppable, {droppableId: columnId}, (given, drag) => {
    const aimed = kb.from && kb.from !== columnId && (kb.aim === null ? drag.isDraggingOver : kb.aim === columnId);
    return jsx("div", {
      ...rest, ...given.droppableProps, ref: (node) => { given.innerRef(node); list.current = node; },
      onScroll, "data-over": aimed ? "" : undefined, "data-back": back ? "" : undefined,
    },
      // All of it lies over the cards: nothing moves under the hand that has just let go.
      jsx("div", {className: "slotw", key: "slot"},
        aimed ? jsx("div", {className: closed ? "slot bad" : "slot", "aria-hidden": true}, says) : null,
        refused ? jsx("div", {className: "slot bad told", role: "alert", key: refused.key, onClick: kb.shutReturned}, refused.reason) : null,
        ghosts.map(([id, one]) => jsx("div", {key: "ghost" + id, "aria-hidden": true, ref: (node) => { if (node && !node.firstChild) node.append(one.ghost); }})),
        fresh ? jsx("button", {type: "button", className: "fresh", onClick: toTop}, kbFill(freshWord, {count: fresh})) : null),
      children, given.placeholder);
  });
}

const kbSame = (row, was) => row === was || Object.keys(row).every((name) => row[name] === was[name]);

/* What stands in a card is drawn from its row and words alone; while both are as before, it is not drawn again. */
const KbFace = memo(({children}) => children, (was, is) => was.words === is.words && kbSame(is.row, was.row));

/* A change on the board draws the cards that differ, and none beside them. */
export function KbCard({row, words, ...props}) {
  const kb = useContext(KbContext);
  if (props.index >= kb.first) return null;
  const foreign = Boolean(kb.from) && kb.from !== props.column;
  return jsx(KbCarried, {...props, row, words, foreign, own: kb.pending[props.cardId], fixed: kb.fixed, now: kb.now});
}

const KB_DRAWN = ["words", "index", "className", "foreign", "own", "fixed"];
const KbCarried = memo(KbCarry, (was, is) => KB_DRAWN.every((name) => was[name] === is[name]) && kbSame(is.row, was.row));

function KbCarry({cardId, index, column, row, words, foreign, own, fixed, now, children, className, style, ...rest}) {
  const node = useRef(null);
  const away = Boolean(own) && own.to !== column;
  useLayoutEffect(() => {
    const card = node.current;
    if (now.refocus === cardId) {
      now.refocus = "";
      card.focus({preventScroll: true});
    }
    return () => kbLeaves(card, now);
  }, []);
  useLayoutEffect(() => {
    if (!own || own.to !== column) return;
    now.settled(cardId);
    node.current.scrollIntoView({block: "nearest", behavior: kbStill() ? "auto" : "smooth"});
  }, [own, column]);
  useLayoutEffect(() => {
    const start = now.travels[cardId];
    if (away || !start) return;
    delete now.travels[cardId];
    if (now.refocus === cardId) { now.refocus = ""; node.current.focus({preventScroll: true}); }
    if (!kbStill() && start.width) kbTravels(node.current, start);
  }, [away]);
  return jsx(Draggable, {draggableId: cardId, index, isDragDisabled: fixed}, (given, drag) => {
    const lifted = drag.isDragging && !drag.isDropAnimating ? " drag" : "";
    const dropping = drag.isDropAnimating && (now.aim ?? drag.draggingOver ?? column) !== column;
    return jsx("article", {
      ...rest, ...given.draggableProps, ...given.dragHandleProps, role: "group", tabIndex: -1,
      ref: (one) => { given.innerRef(one); node.current = one ?? node.current; }, className: className + lifted, hidden: away,
      style: {...style, ...given.draggableProps.style, ...(foreign && !drag.isDragging ? {transform: "none"} : {}), ...(dropping ? {transitionDuration: "0.001s"} : {})},
    }, jsx(KbFace, {row, words}, children));
  });
}

/* A card goes home from where it was dropped: its picture, because a column shows nothing outside itself. */
function kbTravels(card, start) {
  const home = card.getBoundingClientRect();
  const picture = card.cloneNode(true);
  for (const name of ["data-card", "data-testid", "id", "tabindex"]) picture.removeAttribute(name);
  Object.assign(picture.style, {position: "fixed", left: `${home.left}px`, top: `${home.top}px`, width: `${home.width}px`, margin: 0, zIndex: 50, pointerEvents: "none"});
  picture.setAttribute("aria-hidden", "true");
  picture.className = "card drag";
  document.body.append(picture);
  card.style.visibility = "hidden";
  const way = [{transform: `translate(${start.left - home.left}px, ${start.top - home.top}px)`}, {transform: "none", rotate: "0deg"}];
  picture.animate(way, {duration: 180, easing: "cubic-bezier(.2,.7,.2,1)"}).finished.finally(() => {
    picture.remove();
    card.style.visibility = "";
  });
}

/* Whose card goes while one's hand is on it or below it: a grey picture keeps its place until the hand is away. */
function kbLeaves(card, now) {
  const list = card.parentElement;
  if (!list || now.dragging) return;
  const focused = card.contains(document.activeElement);
  if (focused) now.refocus = card.dataset.card;
  const hand = list.handY ?? (list.contains(document.activeElement) ? document.activeElement.getBoundingClientRect().bottom : null);
  const spot = card.getBoundingClientRect();
  const edge = list.getBoundingClientRect();
  if (hand === null || !spot.height || spot.top > hand || spot.bottom < edge.top || card.hidden) return;
  const picture = card.cloneNode(true);
  for (const name of ["data-card", "data-testid", "tabindex", "style"]) picture.removeAttribute(name);
  picture.className = "card leaving";
  picture.setAttribute("aria-hidden", "true");
  picture.inert = true;
  list.insertBefore(picture, card);
  const id = card.dataset.card;
  window.setTimeout(() => {
    if (kbCard(id)?.parentElement === list) picture.remove();
    else picture.dataset.gone = now.gone(id);
  });
}
