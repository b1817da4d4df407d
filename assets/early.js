/* Before the first paint: the theme this browser was last shown in, so that nothing flashes. */
(() => {
  const root = document.documentElement;
  const kept = localStorage.getItem("theme") || "system";
  const dark = kept === "dark" || (kept === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.classList.toggle("dark", dark);
  root.classList.toggle("light", !dark);
})();
