/* The stylesheet's colours, as a canvas needs them: resolved for the theme in force. */

const THEME_EVENT = "trackless-theme";
let resolved = new Map();
let probe = null;

document.addEventListener(THEME_EVENT, () => { resolved = new Map(); });

/** Returns the colour of a token such as `c1` or `ink3`, as `rgb(…)`. */
export function color(token) {
  if (!resolved.has(token)) {
    if (!probe) {
      probe = document.createElement("span");
      probe.hidden = true;
      probe.style.forcedColorAdjust = "none";
      document.body.append(probe);
    }
    probe.style.color = `var(--${token})`;
    resolved.set(token, getComputedStyle(probe).color);
  }
  return resolved.get(token);
}

/** Returns a token's colour at an opacity from 0 to 1. */
export function faded(token, opacity) {
  const [r, g, b] = channels(token);
  return `rgba(${r}, ${g}, ${b}, ${opacity})`;
}

/** Returns red, green and blue of a token, 0 to 255. */
export function channels(token) {
  return color(token).match(/[\d.]+/g).slice(0, 3).map(Number);
}

/** Returns a function from 0…1 to `[r, g, b]` along the sequential scale. */
export function sequential() {
  const stops = ["q0", "q1", "q2", "q3", "q4"].map(channels);
  return (share) => {
    const at = Math.max(0, Math.min(1, share)) * (stops.length - 1);
    const low = Math.min(stops.length - 2, Math.floor(at));
    return stops[low].map((value, i) => value + (at - low) * (stops[low + 1][i] - value));
  };
}

/** Returns how much larger than usual the reader wants text: 1, or 2 for twice. */
export function textScale() {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
}

export function font(size = 11, weight = 400) {
  return `${weight} ${size}px ${getComputedStyle(document.body).fontFamily}`;
}

export function themeChanged() {
  document.dispatchEvent(new Event(THEME_EVENT));
}

export function onThemeChange(act, options) {
  document.addEventListener(THEME_EVENT, act, options);
}
