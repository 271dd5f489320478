/* The compare page: curves of all runs on true epochs, histograms of two. */
import { CompareChart, allEpochs } from "./charts/compare_charts.js";
import { CompareRidges } from "./charts/compare_ridges.js";
import { post } from "./lib/api.js";
import { wireChartBar } from "./lib/chart_bar.js";
import { el } from "./lib/dom.js";
import { wireKeys } from "./lib/run_keys.js";
import { ViewState } from "./lib/view_state.js";

const page = document.querySelector("[data-compare-page]");
const hidden = new Set();

function wireTable() {
  page.querySelector("[data-show-same]")?.addEventListener("click", ({ target }) => {
    const same = page.querySelector("[data-same]");
    same.hidden = !same.hidden;
    target.setAttribute("aria-expanded", String(!same.hidden));
    target.textContent = target.textContent.replace(/^(Show|Hide)/, same.hidden ? "Show" : "Hide");
  });
  for (const radio of page.querySelectorAll("[data-baseline-radio]")) {
    radio.addEventListener("change", () => {
      const told = new URLSearchParams(location.search);
      told.set("baseline", radio.value);
      location.search = told;
    });
  }
  document.querySelector("[data-copy-link]").addEventListener("click", async ({ target }) => {
    await navigator.clipboard.writeText(location.href);
    target.textContent = "Copied";
  });
}

function wireVisibility(charts) {
  for (const box of page.querySelectorAll("[data-on-charts]")) {
    box.addEventListener("change", () => {
      if (box.checked) hidden.delete(box.dataset.onCharts);
      else hidden.add(box.dataset.onCharts);
      charts.forEach((chart) => chart.draw());
    });
  }
}

/** Marks the baseline, and the runs whose protocol is another than its. */
function marked(runs) {
  const baseline = runs.find(({ id }) => String(id) === page.dataset.baseline);
  const key = ({ protocol: p }) => JSON.stringify([p.split, p.candidates, p.k_counts]);
  return runs.map((run) => ({
    ...run, baseline: run === baseline, otherProtocol: key(run) !== key(baseline),
  }));
}

async function start() {
  wireTable();
  const ids = page.dataset.ids.split(",").map(Number);
  const answer = await post(page.dataset.compareUrl, { ids }, page.dataset.csrf);
  const runs = marked(answer.runs);
  const epochs = allEpochs(runs);
  if (!epochs.length) throw new Error("none of these runs has a history");
  const view = new ViewState({ epochs, best: null });
  const charts = [...page.querySelectorAll("[data-compare-chart]")]
    .map((card) => new CompareChart(card, runs, view, hidden));
  wireChartBar(page.querySelector("[data-chartbar]"), view);
  wireVisibility(charts);
  wireKeys(view, { next: () => {} });
  await new CompareRidges(page.querySelector("[data-ridges]")).load();
  page.dataset.drawn = "all";
}

start().catch((error) => {
  page.querySelector("[data-plot]").replaceChildren(
    el("p", { className: "failed-load", textContent: `Charts are not drawn: ${error.message}` }));
  page.dataset.drawn = "failed";
});
