/* Leaderboard and scatter: both are drawn by the server; here are their filters and keys. */
import { wireFilterForm } from "./lib/filter_form.js";
import { wireRowKeys } from "./lib/row_keys.js";

const form = document.querySelector("[data-filters]");
if (form) {
  wireFilterForm(form);
  wireRowKeys([...document.querySelectorAll("[data-rankings] tbody tr")]);
}
