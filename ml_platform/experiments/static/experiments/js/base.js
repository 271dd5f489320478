/* Every page: theme button, copy buttons, the list of keys. */
import { themeChanged } from "./lib/palette.js";
import { isSingleKey, wireSwitch } from "./lib/single_keys.js";

const THEMES = ["system", "light", "dark"];
const YEAR_SECONDS = 31_536_000;

const button = document.querySelector("[data-theme-button]");
if (button) {
  const told = () => document.documentElement.dataset.theme || "system";
  const show = () => { button.textContent = `Theme: ${told()}`; };
  button.addEventListener("click", () => {
    const next = THEMES[(THEMES.indexOf(told()) + 1) % THEMES.length];
    if (next === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    // The server writes it into the page, so that nothing flashes.
    document.cookie = `trackless_theme=${next}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
    show();
    themeChanged();
  });
  show();
}
for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)", "print"]) {
  matchMedia(query).addEventListener("change", themeChanged);
}

document.addEventListener("click", async (event) => {
  const copy = event.target.closest("[data-copy]");
  if (!copy) return;
  const text = copy.parentElement.querySelector("code").textContent;
  try {
    await navigator.clipboard.writeText(text);
    copy.textContent = "Copied";
  } catch {
    copy.textContent = "Select and copy";
  }
});

const dialog = document.querySelector("[data-keys-dialog]");
const openKeys = () => dialog.showModal();
document.querySelector("[data-keys]")?.addEventListener("click", openKeys);
document.addEventListener("keydown", (event) => {
  if (event.key === "?" && isSingleKey(event)) openKeys();
});
wireSwitch(document.querySelector("[data-single-keys]"));
