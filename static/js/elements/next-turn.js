/** Holds the next turn of a conversation back until the one before has ended; it may be written meanwhile. */
class NextTurn extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.button = this.form.querySelector(".button-paid");
    this.button.disabled = true;
    document.addEventListener("job-ended", (event) => this.#open(event.detail.page), { once: true });
  }

  /** The picture that came, if any, is what the next turn is about. */
  #open(page) {
    const { desk, painter } = parts(this.form);
    const fresh = parts(page);
    if (fresh.desk.hasAttribute("on")) {
      desk.setAttribute("on", fresh.desk.getAttribute("on"));
      painter.setAttribute("image", fresh.painter.getAttribute("image"));
    }
    this.button.disabled = false;
    this.form.dispatchEvent(new Event("input", { bubbles: true })); // the price is another one
    this.remove();
  }
}

function parts(place) {
  return { desk: place.querySelector("edit-desk"), painter: place.querySelector("mask-painter") };
}

customElements.define("next-turn", NextTurn);
