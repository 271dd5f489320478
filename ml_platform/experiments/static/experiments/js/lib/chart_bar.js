/* The bar above the charts: scale, x, smoothing, zoom; one set for all of them. */

/** Wires the bar to the page's ViewState, both ways. */
export function wireChartBar(bar, view) {
  const press = (name, value) => bar.querySelectorAll(`[data-${name}]`).forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset[name] === value));
  });
  const slider = bar.querySelector("[data-smoothing]");
  const reset = bar.querySelector("[data-reset]");
  const show = () => {
    press("scale", view.scale);
    press("x", view.x);
    slider.value = view.smoothing;
    bar.querySelector("[data-smoothing-out]").textContent =
      view.smoothing ? `±${view.smoothing} epochs, raw line kept` : "off";
    bar.querySelector("[data-range]").textContent = rangeText(view);
    reset.disabled = !view.zoomed;
    bar.querySelector("[data-fold]").textContent = `Chart options: ${view.scale}, by ${
      view.x === "wall" ? "wall time" : "epoch"}, smoothing ${view.smoothing ? `±${view.smoothing}` : "off"}`;
  };
  // On a phone the bar is one line that says its state.
  bar.open = !matchMedia("(max-width: 640px)").matches;
  bar.querySelector("[data-across]").hidden = !view.wall;
  bar.addEventListener("click", ({ target }) => {
    if (target.dataset.scale) view.set({ scale: target.dataset.scale });
    if (target.dataset.x) view.set({ x: target.dataset.x });
  });
  slider.addEventListener("input", () => view.set({ smoothing: Number(slider.value) }));
  reset.addEventListener("click", () => view.zoom(null));
  view.addEventListener("change", show);
  view.addEventListener("zoom", show);
  show();
}

function rangeText(view) {
  const [first, last] = [view.epochs[0], view.epochs.at(-1)];
  const asked = view.lastAsked > last ? ` of ${view.lastAsked}` : "";
  if (view.zoomed && view.xs === view.epochs) {
    const [low, high] = view.zoomed.map(Math.round);
    return `Epochs ${low}–${high} of ${first}–${last}.`;
  }
  const known = first === last ? `Epoch ${first}` : `Epochs ${first}–${last}`;
  return `${known}${asked}. Drag across to zoom; every chart follows.`;
}
