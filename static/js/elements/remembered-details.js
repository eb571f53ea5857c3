/** Remembers whether its details were left open. What the server opened stays open. */
class RememberedDetails extends HTMLElement {
  connectedCallback() {
    const details = this.querySelector("details");
    const key = `atelier:open:${this.getAttribute("name")}`;
    try {
      if (localStorage.getItem(key) === "yes") details.open = true;
      details.addEventListener("toggle", () => localStorage.setItem(key, details.open ? "yes" : "no"));
    } catch {
      // Storage may be forbidden; then nothing is remembered.
    }
  }
}

customElements.define("remembered-details", RememberedDetails);
