function ClubCalls({count, said, children, ...rest}) {
  const [host, setHost] = useState(null);
  const before = useRef(null);
  const heard = useRef("");
  const [words, say] = useState("");
  useEffect(() => {
    const box = document.createElement("div");
    const place = () => {
      // A modal dialog makes everything outside it dead: while one is open, calls stand within it.
      const open = [...document.querySelectorAll("dialog[open]")].at(-1) || document.body;
      if (box.parentNode !== open) open.appendChild(box);
    };
    place();
    const watch = new MutationObserver(place);
    watch.observe(document.body, {subtree: true, childList: true, attributes: true, attributeFilter: ["open"]});
    setHost(box);
    return () => { watch.disconnect(); box.remove(); };
  }, []);
  useEffect(() => {
    if (said && said !== heard.current) say(said);
    heard.current = said;
  }, [said]);
  useEffect(() => {
    const go = (event) => {
      const panel = host?.querySelector(".call");
      if (!event.altKey || event.code !== "KeyC" || event.ctrlKey || event.metaKey || !panel) return;
      event.preventDefault();
      if (!panel.contains(document.activeElement)) before.current = document.activeElement;
      panel.focus();
    };
    document.addEventListener("keydown", go);
    return () => document.removeEventListener("keydown", go);
  }, [host]);
  const leave = (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    before.current?.isConnected ? before.current.focus() : document.getElementById("main")?.focus();
  };
  if (!host) return null;
  return createPortal(jsx(Fragment, {children: [
    count > 0 ? jsx("aside", {key: "panel", className: "call", tabIndex: -1, onKeyDown: leave, ...rest}, children) : null,
    jsx("div", {key: "said", className: "vh", role: "alert"}, words)]}), host);
}
function ClubClock({seconds, going}) {
  const began = useRef(Date.now() - seconds * 1000);
  const [, turn] = useState(0);
  useEffect(() => {
    const apart = Date.now() - seconds * 1000 - began.current;
    if (Math.abs(apart) > 1500) began.current += apart;
    turn((n) => n + 1);
    if (!going) return;
    const clock = window.setInterval(() => turn((n) => n + 1), 1000);
    return () => window.clearInterval(clock);
  }, [seconds, going]);
  const passed = going ? Math.max(0, Math.floor((Date.now() - began.current) / 1000)) : seconds;
  return jsx("span", {className: "clk", "aria-hidden": true}, Math.floor(passed / 60) + ":" + String(passed % 60).padStart(2, "0"));
}
