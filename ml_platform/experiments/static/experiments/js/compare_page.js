/* The compare page: curves of all runs on true epochs, histograms of two. */
import "./base.js";
import { CompareChart, allEpochs, endsTold } from "./charts/compare_charts.js";
import { CompareRidges } from "./charts/compare_ridges.js";
import { get } from "./lib/api.js";
import { wireChartBar } from "./lib/chart_bar.js";
import { el } from "./lib/dom.js";
import { wireKeys } from "./lib/run_keys.js";
import { inTurns, once } from "./lib/turns.js";
import { ViewState } from "./lib/view_state.js";

const page = document.querySelector("[data-compare-page]");
const told = new URLSearchParams(location.search);
const hidden = new Set(told.get("hide") ?? "");

/** Puts a choice into the address, so that it is shared with it. */
function tell(name, value) {
  const next = new URLSearchParams(location.search);
  if (value) next.set(name, value);
  else next.delete(name);
  history.replaceState(null, "", `?${next}`);
}

function wireTable() {
  page.querySelector("[data-show-same]")?.addEventListener("click", ({ target }) => {
    const same = page.querySelector("[data-same]");
    same.hidden = !same.hidden;
    target.setAttribute("aria-expanded", String(!same.hidden));
    target.textContent = target.textContent.replace(/^(Show|Hide)/, same.hidden ? "Show" : "Hide");
  });
  for (const radio of page.querySelectorAll("[data-baseline-radio]")) {
    radio.addEventListener("change", () => {
      tell("baseline", radio.value);
      location.reload();
    });
  }
  document.querySelector("[data-copy-link]").addEventListener("click", async ({ target }) => {
    await navigator.clipboard.writeText(location.href);
    target.textContent = "Copied";
  });
}

function wireVisibility(charts) {
  const boxes = [...page.querySelectorAll("[data-on-charts]")];
  const show = () => {
    for (const box of boxes) box.checked = !hidden.has(box.dataset.onCharts);
    tell("hide", [...hidden].sort().join(""));
    charts.forEach((chart) => chart.draw());
  };
  for (const box of boxes) {
    box.checked = !hidden.has(box.dataset.onCharts);
    box.addEventListener("change", () => {
      if (box.checked) hidden.delete(box.dataset.onCharts);
      else hidden.add(box.dataset.onCharts);
      show();
    });
  }
  page.querySelector("[data-hide-others]")?.addEventListener("click", ({ target }) => {
    for (const letter of target.dataset.hideOthers) hidden.add(letter);
    show();
  });
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
  const ridges = new CompareRidges(page.querySelector("[data-ridges]"), told.get("histograms") ?? "",
    (chosen) => tell("histograms", chosen));
  const histograms = once(() => ridges.read());
  const answer = await get(page.dataset.curvesUrl);
  const runs = marked(answer.runs);
  const epochs = allEpochs(runs);
  if (!epochs.length) throw new Error("none of these runs has a history");
  const view = new ViewState({ epochs, best: null });
  const wanted = (told.get("series") ?? "").split("~");
  const charts = [...page.querySelectorAll("[data-compare-chart]")].map((card, at) =>
    new CompareChart(card, runs, view, hidden, wanted[at], () =>
      tell("series", charts.map(({ path }) => path).join("~"))));
  page.querySelector("[data-ends]").textContent = endsTold(runs);
  wireChartBar(page.querySelector("[data-chartbar]"), view);
  wireVisibility(charts);
  wireKeys(view, ridges);
  const parts = charts.map((chart) => [chart.card, () => chart.draw()]);
  parts.push([ridges.section, () => histograms().then(() => ridges.draw())]);
  await inTurns(parts, () => {
    page.dataset.drawn = "view";
    histograms();
  });
  page.dataset.drawn = "all";
}

start().catch((error) => {
  page.querySelector("[data-plot]").replaceChildren(
    el("p", { className: "failed-load", textContent: `Charts are not drawn: ${error.message}` }));
  page.dataset.drawn = "failed";
});
