import { say } from "../lib/words.js";

/** Offers to copy the text of the element named by `from`; shows its button only where that can work. */
class CopyText extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    const source = document.getElementById(this.getAttribute("from"));
    if (!navigator.clipboard || !source) return;
    const label = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = say("Copied");
      setTimeout(() => (button.textContent = label), 2000);
    });
  }
}

customElements.define("copy-text", CopyText);
