/* The text beside a picture: a chart's values as a table, made when it is opened. */
import { el } from "../lib/dom.js";
import { kindName } from "./line_chart.js";

/** Fills a `<details>` with the values of the series that `read()` returns. */
export function tableOnDemand(details, epochs, read) {
  details.addEventListener("toggle", () => {
    if (!details.open) return;
    const series = read();
    const head = el("tr", {}, el("th", { textContent: "Epoch" }),
      ...series.map(({ label }) => el("th", { className: "n", textContent: label })));
    const rows = epochs().map((epoch, index) => el("tr", {},
      el("td", { textContent: epoch }),
      ...series.map((one) => el("td", { className: "n", textContent: cell(one, epoch, index) }))));
    const table = el("table", {}, el("thead", {}, head), el("tbody", {}, ...rows));
    const scroll = el("div", { className: "scroll", tabIndex: 0 }, table);
    details.querySelector(".scroll")?.remove();
    details.append(scroll);
  });
}

function cell(one, epoch, index) {
  const mark = one.marks?.find((known) => known.epoch === epoch);
  return mark ? kindName(mark.kind) : one.format(one.values[index]);
}
