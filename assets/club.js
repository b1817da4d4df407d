/* Behaviour of plain HTML that HTML alone cannot do yet: placing popovers, arrow keys in menus,
   shortcuts, showing a password. It knows nothing about clients and keeps no state. */
(() => {
  const GAP = 6;
  const EDGE = 8;

  const opener = (pop) => {
    const all = [...document.querySelectorAll(`[popovertarget="${CSS.escape(pop.id)}"]`)];
    return all.find((one) => one === document.activeElement) || all.find((one) => one.offsetParent) || all[0];
  };

  const place = (pop) => {
    const from = opener(pop);
    if (!from) return;
    const spot = from.getBoundingClientRect();
    const wide = pop.offsetWidth;
    const high = pop.offsetHeight;
    const below = spot.bottom + GAP + high <= innerHeight - EDGE || spot.top < innerHeight - spot.bottom;
    const left = pop.dataset.end === "true" ? spot.right - wide : spot.left;
    pop.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - wide - EDGE))}px`;
    pop.style.top = `${Math.max(EDGE, below ? Math.min(spot.bottom + GAP, innerHeight - high - EDGE) : spot.top - GAP - high)}px`;
  };

  const items = (menu) => [...menu.querySelectorAll(".it:not([hidden])")];

  document.addEventListener("toggle", (event) => {
    const pop = event.target;
    if (!(pop instanceof HTMLElement) || !pop.hasAttribute("popover")) return;
    const open = event.newState === "open";
    const from = opener(pop);
    if (from) from.setAttribute("aria-expanded", String(open));
    if (!open) return;
    place(pop);
    if (pop.classList.contains("menu")) items(pop)[0]?.focus({ preventScroll: true });
  }, true);

  addEventListener("resize", () => document.querySelectorAll(":popover-open").forEach(place));
  addEventListener("scroll", (event) => {
    if (event.target instanceof HTMLElement && event.target.closest("[popover]")) return;
    document.querySelectorAll(":popover-open.pop, :popover-open.menu").forEach(place);
  }, true);

  /* A page that came without https may not use the clipboard: then what stands beside the button is selected and copied. */
  const copy = async (button) => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      const shown = button.parentElement.querySelector("code");
      window.getSelection().selectAllChildren(shown);
      document.execCommand("copy");
    }
    button.setAttribute("data-copied", "true");
    window.setTimeout(() => button.removeAttribute("data-copied"), 1600);
  };

  document.addEventListener("click", (event) => {
    const item = event.target.closest?.(".menu .it");
    if (item) item.closest("[popover]")?.hidePopover();
    const filler = event.target.closest?.("[data-fill]");
    if (filler) {
      const field = filler.form?.elements[filler.dataset.fill] ?? filler.closest("form").elements[filler.dataset.fill];
      field.value = filler.dataset.value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const eye = event.target.closest?.("[data-reveal]");
    if (eye) {
      const field = document.getElementById(eye.dataset.reveal);
      field.type = field.type === "password" ? "text" : "password";
      eye.setAttribute("aria-pressed", String(field.type === "text"));
    }
    const copier = event.target.closest?.("[data-copy]");
    if (copier) copy(copier);
  });

  const typing = (where) => where.closest?.("input, textarea, select, [contenteditable=true]");

  const step = (list, by) => {
    const at = list.indexOf(document.activeElement);
    const next = list[(at + by + list.length) % list.length] || list[0];
    next?.focus();
  };

  const press = (selector) => document.querySelector(selector)?.click();

  document.addEventListener("keydown", (event) => {
    const where = event.target;
    const menu = where.closest?.(".menu");
    if (menu && ["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) {
      event.preventDefault();
      const all = items(menu);
      if (event.key === "Home") all[0]?.focus();
      else if (event.key === "End") all.at(-1)?.focus();
      else step(all, event.key === "ArrowDown" ? 1 : -1);
      return;
    }
    const palette = where.closest?.(".pal");
    if (palette && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      step([palette.querySelector("input"), ...palette.querySelectorAll(".hit-row")], event.key === "ArrowDown" ? 1 : -1);
      return;
    }
    if (palette && event.key === "Enter" && where.tagName === "INPUT") {
      event.preventDefault();
      palette.querySelector(".hit-row")?.click();
      return;
    }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      press("[data-shortcut='search']");
      return;
    }
    if (typing(where) || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.ctrlKey || event.metaKey) {
      if (event.key.toLowerCase() === "z" && document.querySelector("[data-shortcut='undo']")) {
        event.preventDefault();
        press("[data-shortcut='undo']");
      }
      return;
    }
    if (event.key === "/") { event.preventDefault(); press("[data-shortcut='search']"); return; }
    if (event.key === "?") { event.preventDefault(); press("[data-shortcut='help']"); return; }
    if (["n", "т"].includes(event.key.toLowerCase())) { press("[data-shortcut='add']"); return; }
    if (/^[1-9]$/.test(event.key)) { press(`.rail [data-shortcut='page-${event.key}']`); return; }
    const row = where.closest?.("[data-row]");
    if (!row) return;
    const rows = [...document.querySelectorAll("[data-row]")];
    const beside = rows[rows.indexOf(row) + ({ ArrowDown: 1, ArrowUp: -1 }[event.key] || 0)];
    if (beside && beside !== row) { event.preventDefault(); beside.querySelector("a")?.focus(); }
    if (event.key === " ") { event.preventDefault(); row.querySelector("[data-do='expand']")?.click(); }
    if (event.key.toLowerCase() === "c" || event.key.toLowerCase() === "с") row.querySelector("[data-do='call']")?.click();
  });

  let inRow = null;

  document.addEventListener("contextmenu", (event) => {
    const row = event.target.closest?.("[data-row]");
    const menu = document.getElementById("row-menu");
    if (!row || !menu || typing(event.target)) return;
    event.preventDefault();
    inRow = row;
    items(menu).forEach((item) => { item.hidden = !row.querySelector(item.dataset.inRow); });
    menu.showPopover();
    const spot = row.getBoundingClientRect();
    const byKey = event.clientX === 0 && event.clientY === 0;
    const [left, top] = byKey ? [spot.left + 24, spot.top + 24] : [event.clientX, event.clientY];
    menu.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - menu.offsetWidth - EDGE))}px`;
    menu.style.top = `${Math.max(EDGE, Math.min(top, innerHeight - menu.offsetHeight - EDGE))}px`;
  });

  document.addEventListener("click", (event) => {
    const item = event.target.closest?.("[data-in-row]");
    if (item) inRow?.querySelector(item.dataset.inRow)?.click();
  });
})();
