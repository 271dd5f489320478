/* Hands a file made on the page to the browser's downloads. */

/** Saves a blob or text under a plain name. */
export function save(content, name) {
  const blob = content instanceof Blob ? content : new Blob([content], { type: "text/csv;charset=utf-8" });
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  Object.assign(link, { href: url, download: name.replace(/[^\w.-]+/g, "-").slice(0, 100) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
