/* The text beside a picture: a chart's values as a table. */
import { el } from "../lib/dom.js";
import { significant } from "../lib/format.js";
import { quantile } from "./histogram_data.js";
import { kindName } from "./legend.js";

const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95];

/** Returns head and rows of series, a row an epoch. */
export function seriesRows(epochs, series) {
  const rows = epochs.map((epoch, index) => [epoch, ...series.map((one) => cell(one, epoch, index))]);
  return { head: ["Epoch", ...series.map(({ label }) => label)], rows };
}

/** Returns head and rows of the quantiles of a tower's histogram, a row an epoch in `drawn`. */
export function quantileRows(histogram, epochs, drawn) {
  const head = ["Epoch", "Elements", ...QUANTILES.map((share) => (share === 0.5 ? "Median" : `${100 * share} % below`))];
  const rows = drawn.map((epoch) => {
    const row = histogram.counts[epochs.indexOf(epoch)];
    const elements = row.reduce((sum, count) => sum + count, 0).toLocaleString("en");
    return [epoch, elements, ...QUANTILES.map((share) => significant(quantile(histogram, row, share)))];
  });
  return { head, rows };
}

/** Makes the table, in a region of its own that scrolls. */
export function tableOf({ head, rows }, label) {
  const line = ([first, ...rest]) => el("tr", {}, el("th", { scope: "row", textContent: first }),
    ...rest.map((text) => el("td", { className: "n", textContent: text })));
  const heads = head.map((text, at) => el("th", { className: at ? "n" : "", scope: "col", textContent: text }));
  const table = el("table", {}, el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...rows.map(line)));
  return el("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": `${label} as a table` }, table);
}

function cell(one, epoch, index) {
  const mark = one.marks?.find((known) => known.epoch === epoch);
  return mark ? kindName(mark.kind) : one.format(one.values[index]);
}
