/* What every card can do beside its picture: full screen, PNG, CSV, and the table. */
import { el } from "../lib/dom.js";
import { save } from "../lib/save.js";
import { pictureOf } from "./picture.js";

/**
 * Adds the buttons to a card; a second call changes nothing.
 *
 * @param {HTMLElement} card - has `[data-tools]`, where they go.
 * @param {string} name - of the card, for the files.
 * @param {() => string | Promise<string>} csv
 */
export function wireTools(card, name, csv) {
  const place = card.querySelector("[data-tools]");
  if (place.childElementCount) return;
  const file = `run-${document.querySelector("[data-run-page]").dataset.run}-${name}`;
  const tool = (word, act) => {
    const button = el("button", { type: "button", className: "linklike", textContent: word });
    button.setAttribute("aria-label", `${word}: ${name}`);
    button.addEventListener("click", () => {
      Promise.resolve(act()).catch((error) => { button.textContent = `${word} failed: ${error.message}`; });
    });
    return button;
  };
  const full = tool("Full screen", () => fullScreen(card));
  full.hidden = !document.fullscreenEnabled;
  place.append(
    full,
    tool("PNG", async () => save(await pictureOf(card), `${file}.png`)),
    tool("CSV", async () => save(await csv(), `${file}.csv`)),
  );
  card.addEventListener("fullscreenchange", () => {
    full.textContent = document.fullscreenElement === card ? "Leave full screen" : "Full screen";
  });
}

/** Fills the screen with a card, or gives it back. */
export function fullScreen(card) {
  return document.fullscreenElement ? document.exitFullscreen() : card.requestFullscreen();
}
