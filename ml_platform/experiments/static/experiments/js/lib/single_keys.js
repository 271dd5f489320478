/* Keys that act without Ctrl or Alt: off in fields, and off for good where so chosen. */

const NAME = "trackless-single-keys";
const FIELDS = "input, select, textarea, [contenteditable]";

function on() {
  try {
    return localStorage.getItem(NAME) !== "off";
  } catch {
    return true;
  }
}

/** Returns whether a key that was pressed is one to act on. */
export function isSingleKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  return on() && !event.target.closest(`${FIELDS}, dialog`);
}

/** Makes a checkbox the switch for all of them; it is remembered. */
export function wireSwitch(box) {
  box.checked = on();
  box.addEventListener("change", () => {
    try {
      localStorage.setItem(NAME, box.checked ? "on" : "off");
    } catch { /* not kept then */ }
  });
}
