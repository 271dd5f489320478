/* What every card can do beside its picture: full screen, PNG, CSV, and a table.

   All but the buttons is fetched when it is asked for. */
import { el } from "../lib/dom.js";

/**
 * Adds the buttons to a card; a second call changes nothing.
 *
 * @param {HTMLElement} card - has `[data-tools]`, where they go, on a page that names
 *   its files by `data-files`.
 * @param {string} name - of the card, for the files.
 * @param {(csv: object) => string | Promise<string>} write - given what `lib/csv.js` exports.
 */
export function wireTools(card, name, write) {
  const place = card.querySelector("[data-tools]");
  if (place.childElementCount) return;
  const file = `${document.querySelector("[data-files]").dataset.files}-${name}`;
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
  place.append(full, tool("PNG", () => savePicture(card, file)), tool("CSV", () => saveCsv(write, file)));
  card.addEventListener("fullscreenchange", () => {
    full.textContent = document.fullscreenElement === card ? "Leave full screen" : "Full screen";
  });
}

async function savePicture(card, file) {
  const [{ pictureOf }, { save }] = await Promise.all([import("./picture.js"), import("../lib/save.js")]);
  save(await pictureOf(card), `${file}.png`);
}

async function saveCsv(write, file) {
  const [csv, { save }] = await Promise.all([import("../lib/csv.js"), import("../lib/save.js")]);
  save(await write(csv), `${file}.csv`);
}

/** Fills the screen with a card, or gives it back. */
export function fullScreen(card) {
  return document.fullscreenElement ? document.exitFullscreen() : card.requestFullscreen();
}

/**
 * Fills a `<details>` with a table each time it is opened.
 *
 * @param {(rows: object) => {head: string[], rows: string[][]}} make - given what
 *   `data_table.js` exports.
 */
export function tableWhenOpen(details, make) {
  details.addEventListener("toggle", async () => {
    details.querySelector(".scroll")?.remove();
    if (!details.open) return;
    const made = await tableBeside(details, make).catch((error) =>
      el("p", { className: "scroll", textContent: `The table is not shown: ${error.message}` }));
    details.querySelector(".scroll")?.remove();
    if (details.open) details.append(made);
  });
}

async function tableBeside(details, make) {
  const table = await import("./data_table.js");
  return table.tableOf(make(table), details.closest(".card").querySelector("h2").textContent);
}
