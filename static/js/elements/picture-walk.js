import { isForAField } from "../lib/keys.js";

const SWIPE = 60; // pixels

/**
 * A picture's page by keys: the arrows lead to its neighbours, letters press what has them as `data-key`. A finger that
 * wipes over the picture leads to its neighbours too.
 */
class PictureWalk extends HTMLElement {
  connectedCallback() {
    this.listener = (event) => this.#key(event);
    document.addEventListener("keydown", this.listener);
    const stage = this.querySelector("picture-zoom");
    stage.addEventListener("pointerdown", (event) => this.#touch(event));
    stage.addEventListener("pointerup", (event) => this.#lift(event));
    stage.addEventListener("pointercancel", () => (this.touched = null));
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.listener);
  }

  #touch(event) {
    const isAlone = event.pointerType === "touch" && event.isPrimary && !event.currentTarget.isZoomed;
    this.touched = isAlone && visualViewport.scale === 1 ? [event.clientX, event.clientY] : null;
  }

  #lift(event) {
    if (!this.touched || !event.isPrimary) return;
    const [across, down] = [event.clientX - this.touched[0], event.clientY - this.touched[1]];
    if (Math.abs(across) > SWIPE && Math.abs(across) > 2 * Math.abs(down)) this.#target(across > 0 ? "ArrowLeft" : "ArrowRight")?.click();
  }

  #key(event) {
    if (event.defaultPrevented || event.shiftKey || isForAField(event)) return;
    const target = this.#target(event.key);
    if (!target) return;
    event.preventDefault();
    if (target.matches("input")) target.focus();
    else target.click();
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
