import { isRestored } from "../lib/history.js";

const PAUSE_MS = 250;
const PAUSE_WITH_PICTURES_MS = 600; // each answer looks at every pixel

/**
 * Keeps the price beside the button true while the form changes, and tells problems beside their fields.
 * `kind` is what the form asks for. Tells `quote` with the whole answer, for what else is in it.
 */
class LivePrice extends HTMLElement {
  #timer;

  connectedCallback() {
    this.kind = this.getAttribute("kind");
    this.form = this.closest("form");
    this.about = this.querySelector("output");
    this.more = this.querySelector(".price-more");
    this.why = this.querySelector(".price-why");
    this.warnings = document.getElementById("price-warnings");
    this.querySelector("[name=preview]")?.remove();
    this.form.querySelector("[name=preview]")?.addEventListener("click", (event) => {
      event.preventDefault(); // Enter in a field: the price comes without leaving the page
      this.#later();
    });
    if (this.kind !== "generate" && this.more.hidden) this.#later();
    addEventListener("pageshow", () => {
      // After Back and reload browsers put back what was typed, without telling.
      if (isRestored()) this.#later();
    });
    for (const kind of ["input", "change", "offer"]) this.form.addEventListener(kind, () => this.#later());
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), this.kind === "generate" ? PAUSE_MS : PAUSE_WITH_PICTURES_MS);
  }

  async #ask() {
    const { ask } = await import("../lib/quoting.js"); // while one still types
    await ask(this);
  }
}

customElements.define("live-price", LivePrice);
