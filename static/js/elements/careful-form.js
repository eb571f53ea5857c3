import { newId } from "../lib/ids.js";

/**
 * Sends its form once: a second press while the first is under way does nothing, Ctrl or Cmd with
 * Enter presses the button. After Back, the same form is the same job, until something is changed.
 */
class CarefulForm extends HTMLElement {
  #sent = false;

  connectedCallback() {
    this.form = this.querySelector("form");
    this.button = this.form.querySelector(".button-pay");
    this.form.addEventListener("submit", (event) => this.#send(event));
    this.form.addEventListener("input", () => this.#renew(), { capture: true });
    this.form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.form.requestSubmit(this.button);
      }
    });
    addEventListener("pageshow", (event) => {
      const navigation = performance.getEntriesByType("navigation")[0];
      this.returned = event.persisted || navigation?.type === "back_forward";
      this.#sent = false;
      this.button.removeAttribute("aria-disabled");
    });
  }

  #send(event) {
    if (this.#sent) {
      event.preventDefault();
      return;
    }
    this.#sent = true;
    this.button.setAttribute("aria-disabled", "true");
  }

  #renew() {
    if (!this.returned) return;
    this.returned = false;
    this.form.elements.submission.value = newId();
  }
}

customElements.define("careful-form", CarefulForm);
