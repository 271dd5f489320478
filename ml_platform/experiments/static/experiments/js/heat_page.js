/* The heat map's page: fetches the curves of its runs and draws them, a row a run. */
import "./base.js";
import { RunHeat } from "./charts/run_heat.js";
import { tableWhenOpen, wireTools } from "./charts/card_tools.js";
import { get } from "./lib/api.js";
import { el } from "./lib/dom.js";
import { wireFilterForm } from "./lib/filter_form.js";
import { loss } from "./lib/format.js";
import { wireRowKeys } from "./lib/row_keys.js";
import { marksOf } from "./lib/run_series.js";

const page = document.querySelector("[data-heat-page]");

async function start() {
  wireFilterForm(document.querySelector("[data-filters]"));
  const rows = [...page.querySelectorAll("[data-row]")];
  const { runs } = await get(page.dataset.curvesUrl);
  const heat = new RunHeat(page, runs.map((run) => ({ ...run, marks: marksOf(run, "loss.val_loss") })));
  rows.forEach((row, index) => {
    row.addEventListener("mouseenter", () => heat.read(index, heat.runs[index].best_epoch));
    row.addEventListener("focusin", () => heat.read(index, heat.runs[index].best_epoch));
  });
  wireRowKeys(rows, {
    ArrowLeft: (shift) => heat.step(shift ? -10 : -1),
    ArrowRight: (shift) => heat.step(shift ? 10 : 1),
  });
  const series = () => heat.runs.map((run) => ({
    label: `#${run.number} ${run.name}`, marks: run.marks, format: loss,
    values: heat.epochs.map((epoch) => heat.valueAt(run, epoch)),
  }));
  const card = page.querySelector(".card");
  tableWhenOpen(card.querySelector("[data-table]"), ({ seriesRows }) => seriesRows(heat.epochs, series()));
  wireTools(card, "validation-loss", ({ seriesCsv }) => seriesCsv(heat.epochs, series()));
  page.dataset.drawn = "all";
}

start().catch((error) => {
  page.querySelector("[data-readout]").textContent = "";
  page.querySelector("[data-plot]").replaceChildren(
    el("p", { className: "failed-load", textContent: `The heat map is not drawn: ${error.message}` }));
  page.dataset.drawn = "failed";
});
