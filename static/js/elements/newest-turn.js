import { isRestored } from "../lib/history.js";

/** Brings the newest turn, which it stands in, into view where the address names none. */
class NewestTurn extends HTMLElement {
  connectedCallback() {
    if (document.readyState === "complete") this.#show();
    else document.addEventListener("DOMContentLoaded", () => this.#show()); // when every script has arranged its part
  }

  #show() {
    if (!location.hash && !isRestored()) this.parentElement.scrollIntoView();
  }
}

customElements.define("newest-turn", NewestTurn);
