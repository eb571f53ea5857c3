import { newId } from "../lib/ids.js";

/**
 * Sends its form once: a second press while the first is under way does nothing. After Back, sending
 * the form again is the same job until something is changed: the place in the browser's history
 * remembers the submission it sent.
 */
class CarefulForm extends HTMLElement {
  #underWay = false;
  #wasSent = false;

  connectedCallback() {
    this.form = this.querySelector("form");
    this.button = this.form.querySelector(".button-paid");
    this.addEventListener("submit", (event) => this.#send(event)); // after whoever may hold it back
    this.form.addEventListener("input", () => this.#renew());
    addEventListener("pageshow", () => this.#arrive());
  }

  #arrive() {
    this.#underWay = false;
    this.button.removeAttribute("aria-disabled");
    const sent = history.state?.submission;
    this.#wasSent = Boolean(sent);
    if (sent) this.form.elements.submission.value = sent;
  }

  #send(event) {
    if (event.defaultPrevented) return;
    if (this.#underWay) {
      event.preventDefault();
      return;
    }
    this.#underWay = true;
    this.button.setAttribute("aria-disabled", "true");
    history.replaceState({ submission: this.form.elements.submission.value }, "");
  }

  #renew() {
    if (!this.#wasSent) return;
    this.#wasSent = false;
    history.replaceState(null, "");
    this.form.elements.submission.value = newId();
  }
}

customElements.define("careful-form", CarefulForm);
