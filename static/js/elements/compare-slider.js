import { say } from "../lib/words.js";

/**
 * Lays two pictures over each other, the second one to the right of a divider that a range moves.
 * Without it they are two pictures with captions.
 */
class CompareSlider extends HTMLElement {
  connectedCallback() {
    if (this.range) return;
    this.range = document.createElement("input");
    Object.assign(this.range, { type: "range", min: 0, max: 100, step: "any", value: 50, className: "compare-range" });
    this.range.setAttribute("aria-label", this.getAttribute("label") ?? say("Where before ends and after begins"));
    this.range.setAttribute("autocomplete", "off"); // browsers would put the last place back without telling
    this.range.addEventListener("input", () => this.#divide());
    this.append(this.range);
    this.#divide();
  }

  #divide() {
    const percent = Math.round(this.range.value);
    this.style.setProperty("--divide", `${this.range.value}%`);
    this.range.setAttribute("aria-valuetext", say("{before} % before, {after} % after", { before: percent, after: 100 - percent }));
  }
}

customElements.define("compare-slider", CompareSlider);
