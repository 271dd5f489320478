/* The runs list: filters that submit themselves, choosing runs to compare, keys. */

const page = document.querySelector("[data-runs-page]");
const form = page.querySelector("[data-filters]");
const rows = [...page.querySelectorAll("tr[data-run]")];
const MOST = 20;
let chosen = readChosen();
let current = -1;

function readChosen() {
  const told = new URLSearchParams(location.search).get("ids") ?? "";
  return told.split(",").filter((id) => /^\d+$/.test(id)).slice(0, MOST);
}

function writeChosen() {
  const told = new URLSearchParams(location.search);
  if (chosen.length) told.set("ids", chosen.join(","));
  else told.delete("ids");
  history.replaceState(null, "", `?${told}`);
}

function show() {
  for (const row of rows) {
    const at = chosen.indexOf(row.dataset.run);
    row.querySelector("input").checked = at >= 0;
    row.setAttribute("aria-selected", String(at >= 0));
    row.querySelector(".pick b").textContent = at < 0 ? "" : String.fromCharCode(65 + at);
    row.className = at < 0 ? "" : `pick-${at % 5}`;
  }
  const count = chosen.length;
  page.querySelector("[data-chosen]").textContent = count ? `${count} of ${MOST} chosen` : "None chosen";
  page.querySelector("[data-clear]").hidden = !count;
  const compare = page.querySelector("[data-compare]");
  compare.hidden = count < 2;
  compare.textContent = `Compare ${count} runs`;
  compare.href = `${page.dataset.compareUrl}?ids=${chosen.join(",")}`;
  carry();
}

/** Every link and form of the page keeps the choice. */
function carry() {
  for (const link of page.querySelectorAll('a[href^="?"]')) {
    const told = new URLSearchParams(link.getAttribute("href").slice(1));
    if (chosen.length) told.set("ids", chosen.join(","));
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
  kept.value = chosen.join(",");
  kept.disabled = !chosen.length;
}

function toggle(id) {
  if (chosen.includes(id)) chosen = chosen.filter((other) => other !== id);
  else if (chosen.length < MOST) chosen = [...chosen, id];
  writeChosen();
  show();
}

function go(step) {
  if (!rows.length) return;
  current = Math.max(0, Math.min(rows.length - 1, current + step));
  rows[current].querySelector("a").focus();
}

for (const row of rows) {
  row.querySelector("input").addEventListener("change", () => toggle(row.dataset.run));
}
page.querySelector("[data-clear]").addEventListener("click", () => {
  chosen = [];
  writeChosen();
  show();
});
form.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) form.requestSubmit();
});
form.addEventListener("formdata", ({ formData }) => {
  for (const [name, value] of [...formData]) if (!value) formData.delete(name);
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input:not([type=checkbox]), select, textarea")) return;
  const acts = {
    "/": () => form.querySelector("[data-search]").focus(),
    j: () => go(1),
    k: () => go(-1),
    x: () => rows[current] && toggle(rows[current].dataset.run),
    c: () => chosen.length > 1 && page.querySelector("[data-compare]").click(),
    "[": () => page.querySelector('[rel="prev"]')?.click(),
    "]": () => page.querySelector('[rel="next"]')?.click(),
  };
  if (!acts[event.key]) return;
  event.preventDefault();
  acts[event.key]();
});
show();
