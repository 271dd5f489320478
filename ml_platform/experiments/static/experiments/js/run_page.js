/* A run's Training tab: fetches the history, draws every chart, keeps a running run fresh. */
import "./base.js";
import { Histograms } from "./charts/histograms.js";
import { readEvents } from "./charts/marks.js";
import { TrainingCharts } from "./charts/training_charts.js";
import { keep, told as kept } from "./lib/address.js";
import { get } from "./lib/api.js";
import { wireChartBar } from "./lib/chart_bar.js";
import { el } from "./lib/dom.js";
import { bestEpoch } from "./lib/metric_names.js";
import { wireKeys } from "./lib/run_keys.js";
import { epochSeconds } from "./lib/run_series.js";
import { inTurns, once } from "./lib/turns.js";
import { ViewState } from "./lib/view_state.js";

const page = document.querySelector("[data-run-page]");
const number = (name) => (page.dataset[name] === undefined ? null : Number(page.dataset[name]));

const PATIENCE_MS = 10_000;

const told = (history) => ({
  epochs: history.epochs,
  seconds: epochSeconds(history),
  asked: number("epochsAsked"),
  best: bestEpoch("val_loss", history.loss.val ?? [], history.epochs),
});

function wireEvents(view) {
  page.addEventListener("click", ({ target }) => {
    if (!target.matches("[data-goto]")) return;
    view.pin(Number(target.closest("li").dataset.first));
  });
}

function wireParamsSearch() {
  const search = page.querySelector("[data-params-search]");
  if (!search) return;
  const filter = () => {
    const wanted = search.value.trim().toLowerCase();
    for (const item of page.querySelectorAll("[data-params] li")) {
      item.hidden = !item.textContent.toLowerCase().includes(wanted);
    }
    keep({ param: wanted });
  };
  search.value = kept("param") ?? "";
  search.addEventListener("input", filter);
  filter();
}

/** A sentence in place of what is not drawn, with a button that tries again. */
function sayNotDrawn(place, text, again) {
  const retry = el("button", { type: "button", className: "button small", textContent: "Try again" });
  retry.addEventListener("click", again);
  place.removeAttribute("role"); // no picture any more, and a button stands in it
  place.replaceChildren(el("p", { className: "failed-load", role: "status" }, `${text} `, retry));
}

/** Says after ten seconds that the server is slow; returns what takes that back. */
function beingPatient() {
  const note = el("p", { className: "card note", role: "status", textContent: "The server has not answered for 10 s; still waiting." });
  const timer = setTimeout(() => page.prepend(note), PATIENCE_MS);
  return () => { clearTimeout(timer); note.remove(); };
}

const askHistograms = () => get(page.dataset.histogramsUrl);

async function drawHistograms(history, histograms, ask = askHistograms) {
  const section = page.querySelector("[data-histograms]");
  section.hidden = !history.histogram_available;
  if (section.hidden) return;
  const pictures = section.querySelector(".histograms");
  const foot = section.querySelector(".card-foot");
  const answered = beingPatient();
  try {
    histograms.replace(await ask());
    section.querySelector(".failed-load")?.remove();
    pictures.hidden = foot.hidden = false;
  } catch (error) {
    pictures.hidden = foot.hidden = true;
    const place = section.querySelector("[data-histogram-readout]");
    sayNotDrawn(place, `Histograms are not shown: ${error.message}.`, () => drawHistograms(history, histograms));
  } finally {
    answered();
  }
}

async function start() {
  const answered = beingPatient();
  const { training_history: history } = await get(page.dataset.historyUrl).finally(answered);
  const view = new ViewState(told(history));
  const charts = new TrainingCharts(page, view);
  const section = page.querySelector("[data-histograms]");
  const histograms = new Histograms(section, view, readEvents(page), history.anomalies ?? []);
  wireChartBar(page.querySelector("[data-chartbar]"), view);
  wireEvents(view);
  wireKeys(view, histograms);
  announce(view);
  const ask = once(askHistograms);
  const parts = [...charts.parts(history), [section, () => drawHistograms(history, histograms, ask)]];
  await inTurns(parts, () => {
    page.dataset.drawn = "view";
    if (history.histogram_available) ask(); // they come while the other cards are drawn
  });
  if (page.dataset.status === "running") {
    const { keepFresh } = await import("./lib/live.js");
    keepFresh(page, history.source.sha256, (newer) => {
      view.replace(told(newer));
      charts.draw(newer);
      histograms.anomalies = newer.anomalies ?? [];
      drawHistograms(newer, histograms);
    });
  }
  page.dataset.drawn = "all";
}

/** Tells those who do not see it what the loss chart's readout says, once a second. */
function announce(view) {
  const out = page.querySelector("[data-announce]");
  let timer = null;
  view.addEventListener("hover", () => {
    if (!view.pointed) return;
    timer ??= setTimeout(() => {
      timer = null;
      out.textContent = page.querySelector("[data-chart=loss] [data-legend]").innerText;
    }, 1000);
  });
}

/** Every card of charts says that it is not drawn; what the server wrote stays. */
function showFailure(error) {
  page.dataset.drawn = "failed";
  for (const place of page.querySelectorAll("[data-plot], [data-towers]")) {
    sayNotDrawn(place, `Not drawn: ${error.message}.`, () => location.reload());
  }
  for (const part of page.querySelectorAll("[data-histograms], [data-chart=other-series], .card-foot:has([data-table])")) {
    part.hidden = true;
  }
}

wireParamsSearch();
start().catch(showFailure);
