/* The charts of the Training tab: which series each one draws, and in which manner. */
import { el } from "../lib/dom.js";
import * as runSeries from "../lib/run_series.js";
import { tableOnDemand } from "./data_table.js";
import { LineChart } from "./line_chart.js";
import { readEvents } from "./marks.js";
import { SmallSeries } from "./small_series.js";
import { drawStatistics } from "./stat_bands.js";

const NORM = { zero: true, at: false, axisWidth: 34 };
const GRADIENT_NORM = { log: true, at: false, axisWidth: 42 };
const LOSS = { log: "view", labels: true, gaps: true, overfitting: true, bestText: true };
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
    this.other = new SmallSeries(page.querySelector("[data-other-series]"), view, readEvents(page));
    this.takeDown = [];
  }

  /** Draws a history; a second call draws a newer one into the same charts. */
  draw(history) {
    this.events = readEvents(this.page);
    this.quiet = this.events.filter(({ kind }) => QUIET_EVENTS.includes(kind));
    this.#loss(history);
    this.#card("weight-norm", runSeries.weightNorms(history), { ...NORM, events: this.quiet });
    this.#card("gradient-norm", runSeries.gradientNorms(history), { ...GRADIENT_NORM, events: this.quiet });
    this.#validationRecall(history);
    this.#statistics(history);
    this.other.replace(runSeries.otherSeries(history));
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

  /** A card with a legend and a table; one sentence where there is nothing to draw. */
  #card(name, series, spec) {
    const section = this.page.querySelector(`[data-chart="${name}"]`);
    const plot = section.querySelector("[data-plot]");
    const table = section.querySelector("[data-table]");
    if (!series.length) {
      plot.replaceChildren(el("p", { className: "note", textContent: "None was recorded." }));
      table.hidden = true;
      return;
    }
    const isNew = !this.charts[name];
    const chart = this.#chart(name, plot, series, {
      ...spec,
      title: section.querySelector("h2").textContent,
      legend: section.querySelector("[data-legend]"),
    });
    if (isNew) tableOnDemand(table, () => this.view.epochs, () => chart.series);
  }

  #chart(name, plot, series, spec) {
    if (this.charts[name]) this.charts[name].replace(series, spec.events);
    else this.charts[name] = new LineChart(plot, { ...spec, series, view: this.view });
    return this.charts[name];
  }

  /** Until there is a test recall, the validation's own is drawn in its place. */
  #validationRecall(history) {
    const plot = this.page.querySelector("[data-validation-recall]");
    if (!plot) return;
    const k = plot.dataset.validationRecall;
    const popularity = history.final_metrics[`test_popularity_recall_at_${k}`];
    const level = popularity == null
      ? null
      : { value: 100 * popularity, label: `popularity ${(100 * popularity).toFixed(2)}` };
    this.#chart("recall", plot, runSeries.recallSeries(history, k), {
      title: "Validation recall", events: this.quiet, zero: true, axisWidth: 30, level,
    });
  }

  #statistics(history) {
    this.takeDown.forEach((act) => act());
    this.takeDown = ["weight_stats", "gradient_stats"].map((kind) => {
      const place = this.page.querySelector(`[data-stats="${kind}"] [data-towers]`);
      return drawStatistics(place, history[kind] ?? {}, this.view, this.quiet);
    });
    this.history = history;
    if (!this.tabled) this.#statisticsTables();
  }

  #statisticsTables() {
    this.tabled = true;
    for (const kind of ["weight_stats", "gradient_stats"]) {
      const details = this.page.querySelector(`[data-stats="${kind}"] [data-table]`);
      tableOnDemand(details, () => this.view.epochs, () => runSeries.statistics(this.history, kind));
    }
  }
}
