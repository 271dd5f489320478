/* Every other series as a small chart: name, last value, lowest and highest. */
import { el } from "../lib/dom.js";
import { bySeries } from "../lib/format.js";
import { LineChart } from "./line_chart.js";

const SHOWN_AT_FIRST = 12;

/** The section with its search; draws only what is shown. */
export class SmallSeries {
  constructor(section, view, events) {
    this.section = section;
    this.view = view;
    this.events = events;
    this.all = false;
    this.charts = [];
    this.search = section.querySelector("[data-series-search]");
    this.button = section.querySelector("[data-series-all]");
    this.search.addEventListener("input", () => this.draw());
    this.button.addEventListener("click", () => { this.all = !this.all; this.draw(); });
  }

  /** Takes `[{name, values, marks}]` in the order to show them. */
  replace(series) {
    this.series = series;
    this.section.hidden = !series.length;
    this.draw();
  }

  draw() {
    const wanted = this.search.value.trim().toLowerCase();
    const found = this.series.filter(({ name }) => name.toLowerCase().includes(wanted));
    const shown = this.all || wanted ? found : found.slice(0, SHOWN_AT_FIRST);
    const count = this.series.length;
    this.search.hidden = count <= SHOWN_AT_FIRST;
    this.search.placeholder = `Search ${count} series`;
    this.button.hidden = count <= SHOWN_AT_FIRST || Boolean(wanted);
    this.button.textContent = this.all ? `Show ${SHOWN_AT_FIRST}` : `Show all ${count}`;
    this.section.querySelector("[data-series-note]").textContent =
      `${shown.length} of ${count}; number = last epoch, axis = lowest to highest value, dotted = best epoch`;
    this.charts.forEach((chart) => chart.destroy());
    this.charts = [];
    this.section.querySelector("[data-series-grid]")
      .replaceChildren(...shown.map((one) => this.#item(one)));
  }

  #item(one) {
    const format = bySeries(one.name);
    const finite = one.values.filter((value) => value != null);
    const last = finite.length ? format(finite.at(-1)) : "–";
    const plot = el("div", { className: "chart h-small", role: "img" });
    plot.setAttribute("aria-label", `${one.name} by epoch, last ${last}`);
    const ends = () => (finite.length ? [Math.min(...finite), Math.max(...finite)] : [0, 1]);
    queueMicrotask(() => this.charts.push(new LineChart(plot, {
      view: this.view, events: this.events.filter(({ kind }) => kind === "seam"),
      series: [{ label: one.name, color: "c6", values: one.values, marks: one.marks, width: 1.5, format }],
      ends, bare: matchMedia("(max-width: 640px)").matches, format: (value) => format(value).replace(/ .+$/, ""), axisWidth: 48, padding: [6, 12, 0, 0],
    })));
    return el("div", { className: "item" },
      el("div", { className: "head" },
        el("span", { className: "name", textContent: one.name, title: one.name }),
        el("span", { className: "last", textContent: last })),
      plot);
  }
}
