/* A run's Training tab: fetches the history, draws every chart, keeps a running run fresh. */
import { tableOnDemand } from "./charts/data_table.js";
import { Histograms } from "./charts/histograms.js";
import { LineChart } from "./charts/line_chart.js";
import { readEvents } from "./charts/marks.js";
import { SmallSeries } from "./charts/small_series.js";
import { drawStatistics } from "./charts/stat_bands.js";
import { get } from "./lib/api.js";
import { wireChartBar } from "./lib/chart_bar.js";
import { el } from "./lib/dom.js";
import { wireKeys } from "./lib/run_keys.js";
import * as from from "./lib/run_series.js";
import { ViewState } from "./lib/view_state.js";

const page = document.querySelector("[data-run-page]");
const number = (name) => (page.dataset[name] === undefined ? null : Number(page.dataset[name]));

function sectionOf(name) {
  return page.querySelector(`[data-chart="${name}"]`);
}

function lineChart(name, series, spec) {
  const section = sectionOf(name);
  const plot = section.querySelector("[data-plot]");
  if (!series.length) {
    plot.replaceWith(el("p", { className: "note", textContent: "None was recorded." }));
    section.querySelector("[data-table]")?.remove();
    return null;
  }
  const chart = new LineChart(plot, { ...spec, series, legend: section.querySelector("[data-legend]") });
  tableOnDemand(section.querySelector("[data-table]"), () => chart.view.epochs, () => chart.series);
  return chart;
}

function drawLoss(history, view, events) {
  const strip = page.querySelector("[data-strip]");
  const regularisation = from.regularisationSeries(history);
  strip.hidden = !regularisation.length;
  lineChart("loss", from.lossSeries(history), {
    view, events, log: "view", labels: true, gaps: true, overfitting: true, best: true,
    xLabels: !regularisation.length, also: regularisation,
  });
  if (regularisation.length) {
    new LineChart(strip, { view, events, series: regularisation, zero: true, gaps: true, overfitting: true, tickSpace: 24,
      caption: "Regularisation, own scale" });
  }
}

function drawAll(history) {
  const events = readEvents(page);
  const view = new ViewState({
    epochs: history.epochs, seconds: from.epochSeconds(history),
    asked: number("epochsAsked"), best: number("bestEpoch"),
  });
  wireChartBar(page.querySelector("[data-chartbar]"), view);
  drawLoss(history, view, events);
  const seams = events.filter(({ kind }) => ["seam", "failed", "interrupted"].includes(kind));
  lineChart("weight-norm", from.weightNorms(history), { view, events: seams, zero: true, at: false, axisWidth: 34 });
  lineChart("gradient-norm", from.gradientNorms(history), { view, events: seams, log: true, at: false, axisWidth: 34 });
  for (const kind of ["weight_stats", "gradient_stats"]) {
    const place = page.querySelector(`[data-stats="${kind}"] [data-towers]`);
    drawStatistics(place, history[kind] ?? {}, view, seams);
  }
  new SmallSeries(page.querySelector("[data-other-series]"), view, events).replace(from.otherSeries(history));
  wireEvents(view);
  return { view, events };
}

function wireEvents(view) {
  page.querySelector("[data-events]")?.addEventListener("click", ({ target }) => {
    if (!target.matches("[data-goto]")) return;
    const { first } = target.closest("li").dataset;
    const epoch = view.epochs.reduce((best, known) =>
      (Math.abs(known - first) < Math.abs(best - first) ? known : best));
    view.hover(epoch);
  });
}

async function drawHistograms(history, { view, events }) {
  const section = page.querySelector("[data-histograms]");
  const histograms = new Histograms(section, view, events, history.anomalies ?? []);
  wireKeys(view, histograms);
  if (!history.histogram_available) {
    section.hidden = true;
    return;
  }
  try {
    histograms.replace(await get(page.dataset.histogramsUrl));
  } catch (error) {
    section.querySelector(".histograms").replaceChildren(
      el("p", { className: "failed-load", textContent: `Histograms are not shown: ${error.message}` }));
  }
}

function wireParamsSearch() {
  const search = page.querySelector("[data-params-search]");
  search?.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase();
    for (const item of page.querySelectorAll("[data-params] li")) {
      item.hidden = !item.textContent.toLowerCase().includes(wanted);
    }
  });
}

async function start() {
  wireParamsSearch();
  try {
    const { training_history: history } = await get(page.dataset.historyUrl);
    const drawn = drawAll(history);
    page.dataset.drawn = "lines";
    await drawHistograms(history, drawn);
    page.dataset.drawn = "all";
  } catch (error) {
    sectionOf("loss").querySelector("[data-plot]").replaceWith(
      el("p", { className: "failed-load", textContent: `Charts are not drawn: ${error.message}. Reload to try again.` }));
    page.dataset.drawn = "failed";
  }
}

start();
