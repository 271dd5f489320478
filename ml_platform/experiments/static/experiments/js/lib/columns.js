/* The columns of the runs list: found in the chooser, moved by Alt and an arrow. */
import { el } from "./dom.js";

/** Wires the chooser and the table's heads. */
export function wireColumns(menu, heads) {
  const form = menu.querySelector("form");
  const search = form.querySelector("[data-find-column]");
  search.addEventListener("input", () => find(form, search.value));
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  form.addEventListener("submit", () => keepOrder(form, heads));
  menu.addEventListener("toggle", () => { if (menu.open) search.focus(); });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  for (const head of heads) {
    head.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!event.altKey || !step) return;
      event.preventDefault();
      move(form, heads, head, step);
    });
  }
  focusMoved(heads);
  if (location.hash === "#columns") menu.open = true;
}

function find(form, wanted) {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  for (const label of form.querySelectorAll("label")) {
    const text = label.textContent.toLowerCase();
    label.hidden = !words.every((word) => text.includes(word));
  }
  for (const part of form.querySelectorAll("fieldset")) {
    part.hidden = !part.querySelector("label:not([hidden])");
  }
}

/** What is chosen is sent in the order that the table shows; new columns come last. */
function keepOrder(form, heads) {
  const shown = heads.map(({ dataset }) => dataset.column);
  const boxes = [...form.querySelectorAll("[name=columns]:not(:disabled)")];
  const checked = boxes.filter((box) => box.checked).map(({ value }) => value);
  const place = (key) => (shown.includes(key) ? shown.indexOf(key) : shown.length);
  checked.sort((a, b) => place(a) - place(b));
  for (const box of boxes) box.disabled = true;
  form.append(...checked.map((value) => el("input", { type: "hidden", name: "columns", value })));
}

/** Number and name stay first: nothing moves past them. */
function move(form, heads, head, step) {
  const order = heads.map(({ dataset }) => dataset.column);
  const at = order.indexOf(head.dataset.column);
  const to = at + step;
  const fixed = ["number", "name"];
  if (to < fixed.length || to >= order.length || fixed.includes(order[at])) return;
  [order[at], order[to]] = [order[to], order[at]];
  for (const box of form.querySelectorAll("[name=columns]")) box.disabled = true;
  const hidden = (name, value) => el("input", { type: "hidden", name, value });
  form.querySelector("[name=next]").value = location.pathname + location.search;
  form.append(...order.map((key) => hidden("columns", key)), hidden("moved", order[to]));
  form.submit();
}

function focusMoved(heads) {
  const key = decodeURIComponent(location.hash.replace(/^#column-/, ""));
  const head = location.hash.startsWith("#column-") && heads.find(({ dataset }) => dataset.column === key);
  head?.firstElementChild?.focus();
}
