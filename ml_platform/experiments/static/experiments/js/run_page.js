/* A run's Training tab: fetches the history, draws every chart, keeps a running run fresh. */
import { Histograms } from "./charts/histograms.js";
import { readEvents } from "./charts/marks.js";
import { TrainingCharts } from "./charts/training_charts.js";
import { get } from "./lib/api.js";
import { wireChartBar } from "./lib/chart_bar.js";
import { el } from "./lib/dom.js";
import { keepFresh } from "./lib/live.js";
import { wireKeys } from "./lib/run_keys.js";
import { epochSeconds } from "./lib/run_series.js";
import { ViewState } from "./lib/view_state.js";

const page = document.querySelector("[data-run-page]");
const number = (name) => (page.dataset[name] === undefined ? null : Number(page.dataset[name]));

const told = (history) => ({
  epochs: history.epochs,
  seconds: epochSeconds(history),
  asked: number("epochsAsked"),
  best: number("bestEpoch"),
});

function wireEvents(view) {
  page.addEventListener("click", ({ target }) => {
    if (!target.matches("[data-goto]")) return;
    const { first } = target.closest("li").dataset;
    view.hover(view.epochs.reduce((best, known) =>
      (Math.abs(known - first) < Math.abs(best - first) ? known : best)));
  });
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

async function drawHistograms(history, histograms) {
  const section = page.querySelector("[data-histograms]");
  section.hidden = !history.histogram_available;
  if (section.hidden) return;
  try {
    histograms.replace(await get(page.dataset.histogramsUrl));
  } catch (error) {
    section.querySelector(".histograms").replaceChildren(
      el("p", { className: "failed-load", textContent: `Histograms are not shown: ${error.message}` }));
  }
}

async function start() {
  wireParamsSearch();
  const { training_history: history } = await get(page.dataset.historyUrl);
  const view = new ViewState(told(history));
  const charts = new TrainingCharts(page, view);
  const section = page.querySelector("[data-histograms]");
  const histograms = new Histograms(section, view, readEvents(page), history.anomalies ?? []);
  wireChartBar(page.querySelector("[data-chartbar]"), view);
  wireEvents(view);
  wireKeys(view, histograms);
  charts.draw(history);
  page.dataset.drawn = "lines";
  await drawHistograms(history, histograms);
  page.dataset.drawn = "all";
  if (page.dataset.status !== "running") return;
  keepFresh(page, history.source.sha256, (newer) => {
    view.replace(told(newer));
    charts.draw(newer);
    drawHistograms(newer, histograms);
  });
}

start().catch((error) => {
  page.querySelector("[data-chart=loss] [data-plot]").replaceChildren(
    el("p", { className: "failed-load", textContent: `Charts are not drawn: ${error.message}. Reload to try again.` }));
  page.dataset.drawn = "failed";
});
