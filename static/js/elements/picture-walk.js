import { isForAField } from "../lib/pages.js";

/** A picture's page by keys: the arrows lead to its neighbours, letters press what has them as `data-key`. */
class PictureWalk extends HTMLElement {
  connectedCallback() {
    this.listener = (event) => this.#key(event);
    document.addEventListener("keydown", this.listener);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.listener);
  }

  #key(event) {
    if (event.defaultPrevented || event.shiftKey || isForAField(event)) return;
    const target = this.#target(event.key);
    if (!target) return;
    event.preventDefault();
    target.click();
    if (target.matches("summary")) target.parentElement.querySelector("input:not([type=hidden])")?.focus();
  }

  #target(key) {
    if (key === "ArrowLeft") return this.querySelector("a[rel=prev]");
    if (key === "ArrowRight") return this.querySelector("a[rel=next]");
    if (key === "Escape") return this.querySelector("[data-back]");
    if (key === "Backspace") return this.#target("Delete"); // the only such key of some keyboards
    return /^(\w|Delete)$/.test(key) ? this.querySelector(`[data-key="${key}"]`) : null;
  }
}

customElements.define("picture-walk", PictureWalk);
