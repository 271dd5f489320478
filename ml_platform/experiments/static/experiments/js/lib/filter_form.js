/* A form of filters that submits itself, and leaves what is empty out of the address. */

const USUAL = { ordering: "-number" };

/** Wires a form whose `[data-submit]` controls act when they are changed. */
export function wireFilterForm(form) {
  for (const control of form.elements) {
    if (control.matches("[data-submit]")) control.addEventListener("change", () => form.requestSubmit());
  }
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) {
      if (!value || USUAL[name] === value) formData.delete(name);
    }
  });
}
