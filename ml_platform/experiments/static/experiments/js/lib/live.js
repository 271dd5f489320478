/* Keeps a running run's page fresh: looks while visible, backs off, stops at the end. */
import { get } from "./api.js";
import { age } from "./format.js";

const EVERY_MS = 10_000;
const AT_MOST_MS = 60_000;
const SLOWER = 1.5;
const FOCUSABLE = "a, button, summary";
const AGE_EVERY_MS = 1000;
// The trainer writes at most once a minute; three of them missed are a sign.
const OVERDUE_SECONDS = 180;

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
  let looking = false;

  const plan = () => {
    clearTimeout(timer);
    if (!stopped && document.visibilityState === "visible") timer = setTimeout(look, wait);
  };
  const look = async () => {
    clearTimeout(timer);
    if (looking) return; // it plans the next one
    looking = true;
    try {
      const { training_history: history } = await get(page.dataset.historyUrl);
      if (history.status !== "running") {
        location.reload();
        return;
      }
      await replaceText();
      const isNew = history.source.sha256 !== seen;
      wait = isNew ? EVERY_MS : Math.min(AT_MOST_MS, wait * SLOWER);
      seen = history.source.sha256;
      if (isNew) onHistory(history);
    } catch (error) {
      wait = Math.min(AT_MOST_MS, wait * 2);
      sayFailed(error, wait);
    } finally {
      looking = false;
    }
    showAge();
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
    if (stopped) clearTimeout(timer);
    else look();
  });
  setInterval(showAge, AGE_EVERY_MS);
  showAge();
  plan();
}

/** Reloads the page of a run that has no epoch yet as soon as it has one. */
export function awaitFirstEpoch(page) {
  let wait = EVERY_MS;
  const look = async () => {
    if (document.visibilityState === "visible") {
      const { training_history: history } = await get(page.dataset.historyUrl).catch(() => ({}));
      if (history?.available) location.reload();
      wait = Math.min(AT_MOST_MS, wait * SLOWER);
    }
    setTimeout(look, wait);
  };
  setTimeout(look, wait);
}

/** The age goes on between looks, and turns amber when writes are missing. */
function showAge() {
  const card = document.querySelector("[data-saved-at]");
  const saved = Date.parse(card?.dataset.savedAt);
  if (Number.isNaN(saved)) return;
  const seconds = (Date.now() - saved) / 1000;
  card.querySelector("[data-age]").textContent = age(seconds);
  card.classList.toggle("stale", seconds > OVERDUE_SECONDS);
}

function sayFailed(error, wait) {
  const place = document.querySelector("[data-look-failed]");
  if (place) place.textContent = `The last look failed: ${error.message}; the next one in ${Math.round(wait / 1000)} s.`;
}

async function replaceText() {
  const response = await fetch(location.href);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const next = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
    if (!next || part.querySelector("details[open]")) continue;
    const focused = [...part.querySelectorAll(FOCUSABLE)].indexOf(document.activeElement);
    part.replaceWith(next);
    next.querySelectorAll(FOCUSABLE)[focused]?.focus();
  }
}
