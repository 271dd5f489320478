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
    if (!act || !isSingleKey(event)) return;
    event.preventDefault();
    act(event.shiftKey);
  });
  return state;
}
