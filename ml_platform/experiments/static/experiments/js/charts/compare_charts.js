/* One series of several runs on true epochs: each run keeps its letter and its colour. */
import { el } from "../lib/dom.js";
import { bySeries, isShare, percent } from "../lib/format.js";
import { marksOf } from "../lib/run_series.js";
import { tableWhenOpen, wireTools } from "./card_tools.js";
import { LineChart } from "./line_chart.js";

const DASHES = [undefined, [6, 3], [2, 3], [8, 3, 2, 3]];
const GROUPS = ["loss", "metrics", "gradient"];
const ENDS = { failed: " ✕", interrupted: " ‖", running: " ○" };
const IN_DOCUMENT = { "loss.val": "loss.val_loss", "loss.train": "loss.loss", "loss.total": "loss.total_loss" };
const WORDS = {
  "loss.val": "Validation loss", "loss.train": "Train loss", "loss.total": "Total loss",
};

/** Says what the signs after the letters mean, those that occur. */
export function endsTold(runs) {
  const seen = Object.entries(ENDS).filter(([status]) => runs.some((run) => run.status === status));
  return seen.map(([status, sign]) => `;${sign} ${status}`).join("");
}

/** The epochs of all runs, each once, rising. */
export function allEpochs(runs) {
  return [...new Set(runs.flatMap(({ epochs }) => epochs))].sort((a, b) => a - b);
}

/** Every series that one of the runs has, as `group.name`. */
export function seriesNames(runs) {
  const names = runs.flatMap((run) =>
    GROUPS.flatMap((group) => Object.keys(run[group] ?? {}).map((name) => `${group}.${name}`)));
  return [...new Set(names)];
}

/** Returns what people call a series. */
export function wordOf(path) {
  const name = path.split(".").slice(1).join(".");
  const recall = name.match(/^val_recall_at_(\d+)$/);
  if (recall) return `Validation recall@${recall[1]}`;
  return WORDS[path] ?? (path.startsWith("gradient.") ? `Weight norm, ${name}` : name);
}

/** Returns a line a run; an epoch that a run does not have is undefined, not a gap. */
export function linesOf(runs, epochs, path, hidden) {
  const [group, ...rest] = path.split(".");
  const name = rest.join(".");
  const share = isShare(name);
  return runs.map((run, index) => {
    const at = new Map(run.epochs.map((epoch, i) => [epoch, scaled(run[group]?.[name]?.[i], share)]));
    const letter = String.fromCharCode(65 + index);
    return {
      label: letter,
      name: `${letter}${run.otherProtocol ? " †" : ""}${ENDS[run.status] ?? ""}`,
      color: `c${(index % 5) + 1}`,
      dash: run.otherProtocol ? [6, 3] : DASHES[Math.floor(index / 5) % DASHES.length],
      width: run.baseline ? 2.5 : 1.75,
      values: epochs.map((epoch) => at.get(epoch)),
      column: `#${run.number} ${run.name}: ${path}`,
      raw: share ? ownOf(run, group, name, epochs) : null,
      bestEpoch: path === "loss.val" ? run.best_epoch : null,
      setsAxis: !run.otherProtocol,
      hidden: hidden.has(letter),
      format: share ? (value) => percent(value == null ? value : value / 100)
        : bySeries(group === "loss" ? "loss" : name),
      marks: marksOf(run, IN_DOCUMENT[path] ?? path),
    };
  });
}

/** A share's values as the document has them, not in percent. */
function ownOf(run, group, name, epochs) {
  const at = new Map(run.epochs.map((epoch, i) => [epoch, run[group]?.[name]?.[i]]));
  return epochs.map((epoch) => at.get(epoch));
}

function scaled(value, share) {
  if (value == null) return null;
  return share ? 100 * value : value;
}

/** A card with one chart and a choice of series. */
export class CompareChart {
  /** Draws nothing yet; `onChoose` is told the series that is drawn from now on. */
  constructor(card, runs, view, hidden, wanted, onChoose) {
    Object.assign(this, { card, runs, view, hidden });
    this.select = card.querySelector("[data-series-choice]");
    const names = seriesNames(runs);
    this.path = [wanted, card.dataset.compareChart].find((path) => names.includes(path)) ?? names[0];
    this.select.replaceChildren(...names.map((name) =>
      el("option", { value: name, textContent: wordOf(name), selected: name === this.path })));
    this.select.addEventListener("change", () => {
      this.path = this.select.value;
      this.table.open = false;
      onChoose();
      this.draw();
    });
    this.table = card.querySelector("[data-table]");
    tableWhenOpen(this.table, ({ seriesRows }) => seriesRows(view.epochs, this.chart.series));
    wireTools(card, card.dataset.compareChart, ({ seriesCsv }) => seriesCsv(view.epochs, this.chart.series));
  }

  draw() {
    this.chart?.destroy();
    const { card, view, path } = this;
    card.querySelector("[data-title]").textContent = wordOf(path) + (isShare(path) ? ", %" : "");
    this.chart = new LineChart(card.querySelector("[data-plot]"), {
      title: wordOf(path), view, events: [],
      series: linesOf(this.runs, view.epochs, path, this.hidden),
      legend: card.querySelector("[data-legend]"),
      log: path.startsWith("loss.") ? "view" : false,
      zero: !path.startsWith("loss."),
      endLabels: true, padding: [8, 34, 0, 0],
    });
  }
}
