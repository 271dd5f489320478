/* The charts of the Training tab: which series each one draws, and in which manner. */
import { el } from "../lib/dom.js";
import * as runSeries from "../lib/run_series.js";
import { Beside } from "./beside.js";
import { wireTools } from "./card_tools.js";
import { LineChart } from "./line_chart.js";
import { readEvents } from "./marks.js";
import { SmallSeries } from "./small_series.js";
import { drawStatistics } from "./stat_bands.js";

const NORM = { zero: true, at: false, axisWidth: 34 };
const GRADIENT_NORM = { log: true, at: false, axisWidth: 42, worded: true };
const LOSS = { log: "view", labels: true, gaps: true, overfitting: true, bestText: true };
const METRIC = { at: false, axisWidth: 38, tickSpace: 32, bestText: true };
const STRIP = {
  title: "Regularisation", caption: "Regularisation, own scale",
  zero: true, gaps: true, overfitting: true, tickSpace: 24,
};
const QUIET_EVENTS = ["seam", "failed", "interrupted"];

export class TrainingCharts {
  constructor(page, view) {
    this.page = page;
    this.view = view;
    this.charts = {};
    this.beside = new Beside(page, view);
    this.other = new SmallSeries(page.querySelector("[data-chart=other-series]"), view, this.beside);
    this.takeDown = new Map();
    this.#recallBars();
  }

  /** Draws a newer history into the charts that are there. */
  draw(history) {
    for (const [, act] of this.parts(history)) act();
  }

  /** Takes a history; returns each card with the act that draws it, in the page's order. */
  parts(history) {
    this.history = history;
    this.beside.replace(history.sampling);
    this.events = readEvents(this.page);
    this.quiet = this.events.filter(({ kind }) => QUIET_EVENTS.includes(kind));
    const collapses = this.events.filter(({ kind }) => kind === "collapse");
    const metrics = [...this.page.querySelectorAll("[data-metric]")].map(({ dataset }) => dataset.metric);
    return [
      ["loss", () => this.#loss(history)],
      ["recall", () => this.#validationRecall(history)],
      ...metrics.map((metric) => [metric, () => this.#metric(history, metric)]),
      ["weight-norm", () => this.#card("weight-norm", runSeries.weightNorms(history), { ...NORM, events: this.quiet })],
      ["gradient-norm", () => this.#card("gradient-norm", runSeries.gradientNorms(history),
        { ...GRADIENT_NORM, events: [...this.quiet, ...collapses] })],
      ["weight_stats", () => this.#statistics(history, "weight_stats")],
      ["gradient_stats", () => this.#statistics(history, "gradient_stats")],
      ["other-series", () => this.other.replace(runSeries.otherSeries(history, metrics), this.events)],
    ].map(([name, act]) => [this.#place(name), act]).filter(([place]) => place);
  }

  #place(name) {
    return this.page.querySelector(`[data-chart="${name}"]`);
  }

  #loss(history) {
    const strip = this.page.querySelector("[data-strip]");
    const regularisation = runSeries.regularisationSeries(history);
    strip.hidden = !regularisation.length;
    this.#card("loss", runSeries.lossSeries(history, this.view.best), {
      ...LOSS,
      events: this.events,
      xLabels: !regularisation.length,
      also: regularisation,
      running: this.page.dataset.status === "running",
    });
    if (regularisation.length) {
      this.#chart("strip", strip, regularisation, { ...STRIP, events: this.events });
    }
  }

  /** A card with a legend, a table and tools; one sentence where nothing is to draw. */
  #card(name, series, spec) {
    const card = this.#place(name);
    const plot = card.querySelector("[data-plot]");
    card.querySelector(".card-foot").hidden = !series.length;
    if (!series.length) {
      plot.replaceChildren(el("p", { className: "note", textContent: "None was recorded." }));
      return;
    }
    const chart = this.#chart(name, plot, series, {
      ...spec,
      name,
      title: card.querySelector("h2").textContent,
      legend: card.querySelector("[data-legend]"),
    });
    this.beside.wire(card, name, () => [...chart.series, ...(chart.spec.also ?? [])]);
  }

  #chart(name, plot, series, spec) {
    if (this.charts[name]) this.charts[name].replace(series, spec.events, spec.also);
    else this.charts[name] = new LineChart(plot, { ...spec, series, view: this.view });
    return this.charts[name];
  }

  /** The bars are the server's; their numbers are in the table beside them. */
  #recallBars() {
    const table = this.page.querySelector("[data-recall-table] table");
    if (table) wireTools(table.closest(".card"), "recall", ({ tableCsv }) => tableCsv(table));
  }

  /** Until there is a test recall, the validation's own is drawn in its place. */
  #validationRecall(history) {
    const k = this.page.querySelector("[data-validation-recall]")?.dataset.validationRecall;
    if (!k) return;
    const popularity = history.final_metrics[`test_popularity_recall_at_${k}`];
    const level = popularity == null
      ? null
      : { value: 100 * popularity, label: `popularity ${(100 * popularity).toFixed(2)}` };
    this.#card("recall", runSeries.recallSeries(history, k), {
      events: this.quiet, zero: true, axisWidth: 30, level, at: false, bestText: true,
    });
  }

  #metric(history, metric) {
    this.#card(metric, runSeries.metricSeries(history, metric), { ...METRIC, events: this.quiet });
  }

  #statistics(history, kind) {
    this.takeDown.get(kind)?.();
    const card = this.#place(kind);
    const read = () => runSeries.statistics(this.history, kind);
    card.querySelector(".card-foot").hidden = !read().length;
    this.beside.wire(card, kind.replace("_", "-"), read);
    this.takeDown.set(kind, drawStatistics(
      card.querySelector("[data-towers]"), history[kind] ?? {}, this.view, this.quiet));
  }
}
