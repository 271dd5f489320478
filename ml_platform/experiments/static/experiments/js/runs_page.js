/* The runs list: filters that submit themselves, choosing runs to compare, keys. */
import "./base.js";
import { Choice, MOST } from "./lib/choice.js";
import { wireColumns } from "./lib/columns.js";
import { wireFilterForm } from "./lib/filter_form.js";
import { wireRowKeys } from "./lib/row_keys.js";
import { wireSheet } from "./lib/sheet.js";

const page = document.querySelector("[data-runs-page]");
const form = page.querySelector("[data-filters]");
const rows = [...page.querySelectorAll("tr[data-run]")];
const ids = rows.map(({ dataset }) => dataset.run);
const all = page.querySelector("[data-choose-all]");
const choice = new Choice();

function show() {
  for (const row of rows) {
    const at = choice.at(row.dataset.run);
    row.querySelector("input").checked = at >= 0;
    row.querySelector(".pick b").textContent = at < 0 ? "" : String.fromCharCode(65 + at);
    row.className = at < 0 ? "" : `chosen pick-${at % 5}`;
  }
  const here = ids.filter((id) => choice.at(id) >= 0).length;
  if (all) Object.assign(all, { checked: here > 0 && here === ids.length, indeterminate: here > 0 && here < ids.length });
  const count = choice.ids.length;
  page.querySelector("[data-chosen]").textContent = count ? `${count} of ${MOST} chosen` : "None chosen";
  page.querySelector("[data-clear]").hidden = !count;
  const compare = page.querySelector("[data-compare]");
  compare.hidden = count < 2;
  compare.textContent = `Compare ${count} runs`;
  compare.href = `${page.dataset.compareUrl}?ids=${choice.ids.join(",")}`;
  carry();
}

/** Every link and form of the page keeps the choice. */
function carry() {
  for (const link of page.querySelectorAll('a[href^="?"]')) {
    const told = new URLSearchParams(link.getAttribute("href").slice(1));
    if (choice.ids.length) told.set("ids", choice.ids.join(","));
    else told.delete("ids");
    link.setAttribute("href", `?${told}`);
  }
  let kept = form.querySelector('input[name="ids"]');
  if (!kept) {
    kept = document.createElement("input");
    kept.type = "hidden";
    kept.name = "ids";
    form.append(kept);
  }
  kept.value = choice.ids.join(",");
  const next = page.querySelector("[data-columns] [name=next]");
  next.value = location.pathname + location.search;
}

for (const row of rows) {
  row.querySelector("input").addEventListener("change", () => choice.toggle(row.dataset.run));
}
all?.addEventListener("change", () => (all.checked ? choice.add(ids) : choice.drop(ids)));
page.querySelector("[data-clear]").addEventListener("click", () => choice.drop([...choice.ids]));
choice.addEventListener("change", show);
wireFilterForm(form);
wireSheet(page.querySelector("[data-sheet]"));
wireColumns(page.querySelector("[data-columns]"), [...page.querySelectorAll("th[data-column]")]);
const keys = wireRowKeys(rows, {
  "/": () => form.querySelector("[data-search]").focus(),
  x: () => rows[keys.current] && choice.toggle(rows[keys.current].dataset.run),
  c: () => choice.ids.length > 1 && page.querySelector("[data-compare]").click(),
});
show();
