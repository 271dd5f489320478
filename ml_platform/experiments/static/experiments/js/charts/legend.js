/* A line chart's legend: keys that hide and isolate lines, values that are a readout. */
import { el, swatch } from "../lib/dom.js";

const HELP = "Hide or show; double click or Shift: only this";

export class Legend {
  /**
   * @param {LineChart} chart - whose `series`, `view` and `spec` it reads.
   * @param {HTMLElement} place - its `spec.also` are lines that another chart draws.
   */
  constructor(chart, place) {
    Object.assign(this, { chart, place });
  }

  /** Makes a key for each series. */
  fill() {
    const { chart, place } = this;
    this.#recall();
    this.keys = [
      ...chart.series.map((one) => this.#key(one)),
      ...(chart.spec.also ?? []).map((one) => keyOf("span", "key", one)),
    ];
    this.at = el("span", { className: "at" });
    place.replaceChildren(...this.keys.map(({ key }) => key), this.at);
  }

  /** Shows the values of the epoch read. */
  read() {
    const { view, spec, leftOut } = this.chart;
    const index = view.epochs.indexOf(view.read);
    for (const { out, one } of this.keys) {
      const mark = one.marks?.find(({ epoch }) => epoch === view.read);
      out.textContent = mark ? kindName(mark.kind) : one.format(one.values[index]);
    }
    const notes = spec.at === false ? [] : [`at epoch ${view.read}`];
    if (leftOut) notes.push(`${leftOut} value${leftOut > 1 ? "s" : ""} of 0 or less not on a log scale`);
    this.at.textContent = notes.join("; ");
  }

  /** Takes from the address which lines are hidden. */
  hidden() {
    this.#recall();
    for (const { key, one } of this.keys) {
      if (key.localName === "button") key.setAttribute("aria-pressed", String(!one.hidden));
    }
  }

  #key(one) {
    const made = keyOf("button", "", one);
    const { key } = made;
    Object.assign(key, { type: "button", title: HELP });
    key.setAttribute("aria-pressed", String(!one.hidden));
    key.addEventListener("click", ({ shiftKey }) => {
      if (shiftKey) this.#isolate(one);
      else this.#hide([one], !one.hidden);
    });
    key.addEventListener("dblclick", () => this.#isolate(one));
    return made;
  }

  /** Shows one series alone; all of them where it is alone already. */
  #isolate(one) {
    const others = this.chart.series.filter((other) => other !== one);
    const alone = !one.hidden && others.every(({ hidden }) => hidden);
    this.#hide(others, !alone);
    this.#hide([one], false);
  }

  #hide(series, hidden) {
    const { spec, view } = this.chart;
    for (const one of series) one.hidden = hidden;
    if (spec.name) view.hide(series.map((one) => this.#nameOf(one)), hidden);
    else this.chart.hide();
  }

  #nameOf(one) {
    return `${this.chart.spec.name}:${one.path ?? one.label}`;
  }

  #recall() {
    const { spec, series, view } = this.chart;
    if (!spec.name) return;
    for (const one of series) one.hidden = view.hidden.has(this.#nameOf(one));
  }
}

/** Names a value that is not finite. */
export function kindName(kind) {
  return { nan: "NaN", "+inf": "+Inf", "-inf": "−Inf" }[kind] ?? kind;
}

function keyOf(tag, className, one) {
  const out = el("b");
  const key = el(tag, { className }, swatch(one.color, Boolean(one.dash)),
    el("span", { className: "word", textContent: one.label }), " ", out);
  return { key, out, one };
}
