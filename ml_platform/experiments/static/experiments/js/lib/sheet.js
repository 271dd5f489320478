/* Filters that fold into a sheet at the foot of a phone's screen. */

/** Closes the sheet on a phone; Done and Escape close it again. */
export function wireSheet(sheet) {
  const phone = matchMedia("(max-width: 640px)");
  const fold = () => { sheet.open = !phone.matches; };
  const close = () => {
    if (!phone.matches) return;
    sheet.open = false;
    sheet.querySelector("summary").focus();
  };
  fold();
  phone.addEventListener("change", fold);
  sheet.querySelector("[data-close-sheet]").addEventListener("click", close);
  sheet.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
}
