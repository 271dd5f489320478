/* Every other series as a small chart, by section: name, value, lowest and highest. */
import { keep, told } from "../lib/address.js";
import { el } from "../lib/dom.js";
import { sectionOf } from "../lib/metric_names.js";
import { fullScreen } from "./card_tools.js";
import { LineChart } from "./line_chart.js";

const SHOWN_AT_FIRST = 12;

/** The card with its search; draws only what is shown. */
export class SmallSeries {
  constructor(card, view, beside) {
    Object.assign(this, { card, view, beside, charts: [], series: [] });
    this.all = told("series") === "all";
    this.search = card.querySelector("[data-series-search]");
    this.search.value = told("find") ?? "";
    this.button = card.querySelector("[data-series-all]");
    this.search.addEventListener("input", () => this.draw());
    this.button.addEventListener("click", () => { this.all = !this.all; this.draw(); });
    view.addEventListener("hover", () => this.#read());
    beside.wire(card, "other-series", () => this.shown);
  }

  /** Takes `[{name, values, path, marks, format}]` in the order to show them. */
  replace(series, events) {
    this.series = series;
    this.events = events.filter(({ kind }) => kind === "seam");
    this.card.hidden = !series.length;
    this.draw();
  }

  draw() {
    const count = this.series.length;
    const wanted = this.search.value.trim().toLowerCase();
    const found = this.series.filter(({ name }) => name.toLowerCase().includes(wanted));
    this.shown = this.all || wanted ? found : found.slice(0, SHOWN_AT_FIRST);
    this.search.hidden = count <= SHOWN_AT_FIRST;
    this.search.placeholder = `Search ${count} series`;
    this.button.hidden = count <= SHOWN_AT_FIRST || Boolean(wanted);
    this.button.textContent = this.all ? `Show ${SHOWN_AT_FIRST}` : `Show all ${count}`;
    this.card.querySelector("[data-series-note]").textContent = found.length
      ? `${this.shown.length} of ${count}; number = last epoch or the one pointed at, axis = lowest to highest value, ring = best`
      : `None of ${count} has “${this.search.value.trim()}” in its name.`;
    keep({ series: this.all ? "all" : "", find: this.search.value.trim() });
    this.#fill();
  }

  #fill() {
    this.charts.forEach(({ chart }) => chart.destroy());
    this.charts = [];
    const sections = this.shown.map(({ name }) => sectionOf(name));
    this.card.querySelector("[data-series-grid]").replaceChildren(
      ...this.shown.map((one, at) => this.#item(one, sections[at] === sections[at - 1] ? "" : sections[at])));
    this.#read();
  }

  /** An item; the first of a section carries its name. */
  #item(one, section) {
    const plot = el("div", { className: "chart h-small", role: "img" });
    const value = el("span", { className: "last" });
    const name = el("button", { type: "button", className: "name", textContent: one.name, title: `${one.name}: full screen` });
    const tools = el("div", { className: "card-tools", "data-tools": "" });
    const item = el("div", { className: "item" },
      el(section ? "h3" : "div", { className: "section", textContent: section }),
      el("div", { className: "head" }, name, value), plot, tools);
    name.addEventListener("click", () => fullScreen(item));
    queueMicrotask(() => {
      const chart = this.#chart(plot, one);
      this.charts.push({ chart, one, value });
      this.#show({ one, value });
    });
    this.beside.wire(item, one.name, () => [one]);
    return item;
  }

  #chart(plot, one) {
    return new LineChart(plot, {
      title: one.name, view: this.view, events: this.events,
      series: [{ ...one, color: "c6", width: 1.5 }],
      ends: (value) => one.format(value).replace(/ .+$/, ""),
      bare: matchMedia("(max-width: 640px)").matches, axisWidth: 56, padding: [6, 12, 0, 0],
    });
  }

  #read() {
    this.charts.forEach((chart) => this.#show(chart));
  }

  /** The value at the epoch pointed at, else the last one. */
  #show({ one, value }) {
    const { view } = this;
    const at = view.pointed ? view.epochs.indexOf(view.read) : one.values.findLastIndex((v) => v != null);
    value.textContent = one.format(one.values[at]);
  }
}
