import { fetchPage, takeIn } from "../lib/pages.js";

/**
 * Sends the forms that are among its `parts` (selectors) without leaving the page, and shows the parts anew. What is
 * chosen from a list is sent at once, a long text when it is left.
 */
class InPlace extends HTMLElement {
  connectedCallback() {
    this.parts = this.getAttribute("parts").split(" ");
    this.addEventListener("submit", (event) => this.#submit(event));
    this.addEventListener("input", (event) => this.#input(event));
    this.addEventListener("change", (event) => this.#change(event));
  }

  #isOurs(form) {
    return Boolean(form && this.#partOf(form));
  }

  #partOf(form) {
    return this.parts.find((part) => form.matches(part));
  }

  #input({ target, inputType }) {
    if (!this.#isOurs(target.form)) return;
    target.form.toggleAttribute("data-changed", true);
    const isChosen = inputType === "insertReplacementText" || inputType === undefined; // of a datalist
    if (isChosen && target.list && target.value) target.form.requestSubmit();
  }

  /** Nothing is replaced then: whoever leaves a text is about to press something. */
  #change({ target }) {
    if (target.matches("textarea") && this.#isOurs(target.form)) this.#send(target.form, null, ["#done"]);
  }

  async #submit(event) {
    const form = event.target;
    if (event.defaultPrevented || this.hasGivenUp || !this.#isOurs(form)) return;
    event.preventDefault();
    const { id, name } = document.activeElement;
    if (!(await this.#send(form, event.submitter, this.parts))) return;
    const again = document.querySelector(this.#partOf(form));
    (again.querySelector(id ? `#${CSS.escape(id)}` : `[name="${name}"]`) ?? again.querySelector("[data-key]"))?.focus();
  }

  /** Whether it is done: else the form goes as forms do, and the page that comes tells what is wrong. */
  async #send(form, submitter, parts) {
    const body = new URLSearchParams(new FormData(form, submitter));
    try {
      const page = await fetchPage(form.action, { method: "POST", body, keepalive: true });
      const fresh = page.querySelector(this.#partOf(form));
      if (!fresh) throw new Error("led elsewhere: signed out, say");
      takeIn(page, ...(fresh.querySelector("[role=alert]") ? this.parts : parts));
      form.removeAttribute("data-changed");
      return true;
    } catch {
      this.hasGivenUp = true;
      form.requestSubmit(submitter);
      return false;
    }
  }
}

customElements.define("in-place", InPlace);
