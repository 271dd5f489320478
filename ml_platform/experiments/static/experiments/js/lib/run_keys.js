/* Keys of the run page and of compare, see the list under `?`. */
import { isSingleKey } from "./single_keys.js";

export function wireKeys(view, histograms) {
  const acts = {
    ArrowLeft: (shift) => view.step(shift ? -10 : -1),
    ArrowRight: (shift) => view.step(shift ? 10 : 1),
    b: () => view.pin(view.best),
    "+": () => view.zoomBy(0.5),
    "=": () => view.zoomBy(0.5),
    "-": () => view.zoomBy(2),
    0: () => view.zoom(null),
    l: () => view.set({ scale: view.scale === "log" ? "linear" : "log" }),
    s: () => view.set({ smoothing: (view.smoothing + 2) % 12 }),
    t: () => histograms.next("tower"),
    w: () => histograms.next("kind"),
    "/": () => document.querySelector("[data-series-search]:not([hidden]), [data-params-search]")?.focus(),
    c: () => document.querySelector("[data-compare]")?.click(),
    "[": () => document.querySelector("[rel=prev]")?.click(),
    "]": () => document.querySelector("[rel=next]")?.click(),
    Escape: () => view.pin(null),
  };
  document.addEventListener("keydown", (event) => {
    if (!isSingleKey(event)) return;
    if (event.key.startsWith("Arrow") && event.target.closest("[role=region]")) return;
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act(event.shiftKey);
  });
}
