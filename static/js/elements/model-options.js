import { tell } from "../lib/problems.js";

/**
 * Makes the fields follow the chosen model: lists hold what it takes, and what it lacks is neither
 * shown nor sent. A choice that a model does not take comes back with one that does.
 *
 * The facts are the JSON in the element named by `offers`: model → { prompt_max, custom_size, fields },
 * where a field has `choices` ([value, label] pairs, or null for a text), `blank`, `hint`, `formats`.
 */
class ModelOptions extends HTMLElement {
  #wanted = new Map();

  connectedCallback() {
    this.offers = JSON.parse(document.getElementById(this.getAttribute("offers")).textContent);
    this.model = this.querySelector("#model");
    this.#gather();
    for (const field of this.#fields()) this.#want(field);
    this.addEventListener("change", (event) => {
      if (event.target === this.model) this.#follow();
      else this.#want(event.target.closest("[data-field]"));
      this.#fitFormats();
    });
    this.#follow({ quietly: true });
  }

  /** One grid for all: which fields belong to other models only is no longer worth a heading. */
  #gather() {
    const elsewhere = this.querySelector(".elsewhere");
    if (!elsewhere) return;
    this.querySelector("details .composer-settings").append(...elsewhere.querySelectorAll("[data-field]"));
    elsewhere.remove();
  }

  #fields() {
    return [...this.querySelectorAll("[data-field]")].filter((field) => field.dataset.field !== "model");
  }

  #want(field) {
    if (field) this.#wanted.set(field.dataset.field, this.#control(field).value);
  }

  #control(field) {
    return field.querySelector("select, input");
  }

  #follow({ quietly = false } = {}) {
    const offer = this.offers[this.model.value];
    if (!offer) return;
    for (const field of this.#fields()) this.#fit(field, offer.fields[field.dataset.field]);
    const hint = this.querySelector("#custom-size-hint");
    if (offer.custom_size) hint.textContent = offer.custom_size;
    this.#fitFormats();
    if (!quietly) this.dispatchEvent(new CustomEvent("offer", { bubbles: true, detail: offer }));
  }

  #fit(field, offer) {
    field.hidden = !offer;
    this.#control(field).disabled = !offer;
    if (!offer) return;
    const name = field.dataset.field;
    const wanted = this.#wanted.get(name) ?? "";
    const control = this.#controlFor(field, offer);
    if (offer.choices) {
      const choices = name === "n" ? offer.choices : [["", offer.blank], ...offer.choices];
      control.replaceChildren(...choices.map(([value, label]) => new Option(label, value)));
      control.value = choices.some(([value]) => value === wanted) ? wanted : choices[0][0];
    } else {
      control.placeholder = offer.blank;
      control.value = wanted;
    }
  }

  /** A list where there are choices, a text where there are none; swapped when the models differ in that. */
  #controlFor(field, offer) {
    const old = this.#control(field);
    if ((old.tagName === "SELECT") === Boolean(offer.choices)) return old;
    const control = document.createElement(offer.choices ? "select" : "input");
    for (const name of ["id", "name", "aria-describedby"]) control.setAttribute(name, old.getAttribute(name));
    const box = document.createElement("span");
    if (offer.choices) box.className = "select";
    box.append(control);
    (old.closest(".select") ?? old).replaceWith(box);
    return control;
  }

  /** What goes only with certain file formats is shown with those. */
  #fitFormats() {
    const offer = this.offers[this.model.value];
    if (!offer) return;
    const format = this.querySelector("#output_format")?.value || "png";
    for (const field of this.#fields()) {
      const formats = offer.fields[field.dataset.field]?.formats ?? [];
      if (!formats.length) continue;
      field.hidden = !formats.includes(format);
      this.#control(field).disabled = field.hidden;
      if (field.hidden) tell(field.dataset.field, "");
    }
  }
}

customElements.define("model-options", ModelOptions);
