/* The text beside a picture: a chart's values as a table, made when it is opened. */
import { el } from "../lib/dom.js";
import { kindName } from "./legend.js";

/** Fills a `<details>` with the values of the series that `read()` returns. */
export function tableOnDemand(details, epochs, read) {
  tableWhenOpen(details, () => {
    const series = read();
    const rows = epochs().map((epoch, index) => [epoch, ...series.map((one) => cell(one, epoch, index))]);
    return { head: ["Epoch", ...series.map(({ label }) => label)], rows };
  });
}

/** Fills a `<details>` with a table when it is opened. */
export function tableWhenOpen(details, make) {
  details.addEventListener("toggle", () => {
    details.querySelector(".scroll")?.remove();
    if (details.open) details.append(tableOf(make(), details.closest(".card").querySelector("h2").textContent));
  });
}

function tableOf({ head, rows }, label) {
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
