import { say } from "../lib/words.js";

/** Counts the characters of the field named by `for` against the chosen model's limit, as the server does. */
class PromptCounter extends HTMLElement {
  connectedCallback() {
    this.field = document.getElementById(this.getAttribute("for"));
    this.place = this.firstElementChild;
    this.max = Number(this.getAttribute("max"));
    this.field.addEventListener("input", () => this.#show());
    this.field.form.addEventListener("offer", (event) => {
      this.max = event.detail.prompt_max;
      this.#show();
    });
    this.#show();
  }

  #show() {
    const count = [...this.field.value].length; // code points, as the server counts
    const over = count - this.max;
    this.place.textContent =
      over > 0
        ? say("{count} over the limit", { count: over.toLocaleString("en-US") })
        : `${count.toLocaleString("en-US")} / ${this.max.toLocaleString("en-US")}`;
    this.place.classList.toggle("over", over > 0);
  }
}

customElements.define("prompt-counter", PromptCounter);
