/* Keys of the run page; off in inputs. */

export function wireKeys(view, histograms) {
  const acts = {
    ArrowLeft: (shift) => view.step(shift ? -10 : -1),
    ArrowRight: (shift) => view.step(shift ? 10 : 1),
    b: () => view.hover(view.best),
    "+": () => view.zoomBy(0.5),
    "=": () => view.zoomBy(0.5),
    "-": () => view.zoomBy(2),
    0: () => view.zoom(null),
    l: () => view.set({ scale: view.scale === "log" ? "linear" : "log" }),
    s: () => view.set({ smoothing: (view.smoothing + 2) % 12 }),
    t: () => histograms.next("tower"),
    w: () => histograms.next("kind"),
    Escape: () => view.hover(null),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea, dialog, [role=region]")) return;
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act(event.shiftKey);
  });
}
