/* Leaderboard and scatter: both are drawn by the server; here are filters, keys and files. */
import "./base.js";
import { wireTools } from "./charts/card_tools.js";
import { wireFilterForm } from "./lib/filter_form.js";
import { wireRowKeys } from "./lib/row_keys.js";

const form = document.querySelector("[data-filters]");
if (form) {
  wireFilterForm(form);
  wireRowKeys([...document.querySelectorAll("[data-rankings] tbody tr")]);
}
const scatter = document.querySelector(".card:has([data-scatter])");
if (scatter) {
  const { metric, param } = form.elements;
  wireTools(scatter, `${metric.value}-${param.value}`, ({ tableCsv }) => tableCsv(document.querySelector(".points")));
}
