/* Keeps a running run's page fresh: looks while visible, backs off, stops at the end. */
import { get } from "./api.js";

const EVERY_MS = 10_000;
const AT_MOST_MS = 60_000;

/**
 * Looks for a newer document and hands its history on.
 *
 * The page's own text (`data-live` parts) is replaced by the server's; a run that is over
 * reloads the page once, so that it is shown as the end that it is.
 *
 * @param {HTMLElement} page
 * @param {string} seen - digest of the document that is drawn.
 * @param {(history: object) => void} onHistory
 */
export function keepFresh(page, seen, onHistory) {
  let wait = EVERY_MS;
  let timer = null;
  let stopped = false;

  const plan = () => {
    clearTimeout(timer);
    if (!stopped && document.visibilityState === "visible") timer = setTimeout(look, wait);
  };
  const look = async () => {
    try {
      const { training_history: history } = await get(page.dataset.historyUrl);
      wait = EVERY_MS;
      if (history.status !== "running") {
        location.reload();
        return;
      }
      await replaceText();
      if (history.source.sha256 !== seen) {
        seen = history.source.sha256;
        onHistory(history);
      }
    } catch {
      wait = Math.min(AT_MOST_MS, wait * 2);
    }
    plan();
  };
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && !stopped) look();
    else clearTimeout(timer);
  });
  document.addEventListener("click", ({ target }) => {
    if (!target.matches("[data-stop-looking]")) return;
    stopped = !stopped;
    target.textContent = stopped ? "Look again" : "Stop looking";
    if (!stopped) look();
  });
  plan();
}

async function replaceText() {
  const response = await fetch(location.href);
  if (!response.ok) throw new Error(String(response.status));
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const next = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
    if (next && !part.contains(document.activeElement)) part.replaceWith(next);
  }
}
