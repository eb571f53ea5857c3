/** Closes its menu on Escape, and when somebody goes on elsewhere. */
class DropMenu extends HTMLElement {
  connectedCallback() {
    const details = this.querySelector("details");
    this.gone = new AbortController();
    const { signal } = this.gone;
    const leave = (event) => {
      if (!this.contains(event.target)) details.open = false;
    };
    document.addEventListener("pointerdown", leave, { signal });
    document.addEventListener("focusin", leave, { signal });
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !details.open) return;
      event.stopPropagation(); // it is meant for nobody else
      details.open = false;
      details.querySelector("summary").focus();
    }, { signal });
  }

  disconnectedCallback() {
    this.gone.abort();
  }
}

customElements.define("drop-menu", DropMenu);
