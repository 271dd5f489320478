/* Making elements. Text is always text: nothing here parses markup. */

/** Makes an element with properties, attributes (`data-…`, `aria-…`) and children. */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-")) node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children);
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

/** Makes a line swatch in a data colour, dashed where the line is. */
export function swatch(color, dashed = false) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", "M0 4h14");
  path.setAttribute("stroke-width", "2");
  path.setAttribute("class", `swatch-${color}`);
  if (dashed) path.setAttribute("stroke-dasharray", "5 3");
  svg.append(path);
  return svg;
}

/** Makes a group of buttons of which one is pressed. */
export function choice(options, pressed, onChoose) {
  return options.map(([value, word]) => {
    const button = el("button", { type: "button", textContent: word });
    button.setAttribute("aria-pressed", String(value === pressed));
    button.addEventListener("click", () => onChoose(value));
    return button;
  });
}
