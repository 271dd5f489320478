/* Moving along the rows of a table or list by `j` and `k`, and its pages by `[` and `]`. */
import { isSingleKey } from "./single_keys.js";

/**
 * Wires the keys; `more` are the page's own, by their key.
 *
 * @param {HTMLElement[]} rows - each with a link, which takes the focus.
 * @returns {{current: number}} index of the row that was gone to last, −1 at first.
 */
export function wireRowKeys(rows, more = {}) {
  const state = { current: -1 };
  const go = (step) => {
    if (!rows.length) return;
    state.current = Math.max(0, Math.min(rows.length - 1, state.current + step));
    rows[state.current].querySelector("a").focus();
  };
  const acts = {
    j: () => go(1),
    k: () => go(-1),
    "[": () => document.querySelector('[rel="prev"]')?.click(),
    "]": () => document.querySelector('[rel="next"]')?.click(),
    ...more,
  };
  document.addEventListener("keydown", (event) => {
    const act = acts[event.key];
    if (!act || !isSingleKey(fromRow(event))) return;
    event.preventDefault();
    const focused = rows.findIndex((row) => row.contains(event.target));
    if (focused >= 0) state.current = focused;
    act(event.shiftKey);
  });
  return state;
}

/** A key on a row's checkbox is a key on the page. */
function fromRow(event) {
  const { ctrlKey, metaKey, altKey, target } = event;
  const ours = target.matches("td [type=checkbox]") ? document.body : target;
  return { ctrlKey, metaKey, altKey, target: ours };
}
