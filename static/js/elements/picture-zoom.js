import { isForAField } from "../lib/keys.js";

const LARGER = 2.5;

/** Makes a picture larger in place, by a press, Enter or z, and lets it be moved about; the same makes it whole again. */
class PictureZoom extends HTMLElement {
  #held;

  connectedCallback() {
    this.link = this.querySelector("a");
    this.image = this.querySelector("img");
    this.image.draggable = false;
    this.link.setAttribute("role", "button");
    this.link.setAttribute("aria-pressed", "false");
    this.link.draggable = false;
    this.addEventListener("click", (event) => this.#click(event));
    this.addEventListener("pointerdown", (event) => this.#hold(event));
    this.addEventListener("pointermove", (event) => this.#move(event));
    this.listener = (event) => this.#key(event);
    document.addEventListener("keydown", this.listener, { capture: true }); // before Esc and arrows leave the page
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.listener, { capture: true });
  }

  get isZoomed() {
    return this.classList.contains("is-zoomed");
  }

  #click(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a new tab with the file
    if (!this.isZoomed && !this.link.contains(event.target)) return;
    event.preventDefault();
    if (this.#held?.moved) return;
    const box = this.image.getBoundingClientRect();
    const [x, y] = event.detail ? [(event.clientX - box.x) / box.width, (event.clientY - box.y) / box.height] : [0.5, 0.5];
    this.#toggle(x, y);
  }

  #toggle(x, y) {
    const box = this.image.getBoundingClientRect();
    const frame = this.getBoundingClientRect();
    const isZoomed = this.classList.toggle("is-zoomed");
    this.link.setAttribute("aria-pressed", String(isZoomed));
    const width = isZoomed ? Math.max(this.image.naturalWidth, LARGER * box.width) : 0;
    this.style.inlineSize = isZoomed ? `${frame.width}px` : "";
    this.style.blockSize = isZoomed ? `${frame.height}px` : "";
    this.image.style.inlineSize = isZoomed ? `${width}px` : "";
    if (isZoomed) this.scrollTo(x * width - frame.width / 2, (y * width * box.height) / box.width - frame.height / 2);
  }

  #hold(event) {
    this.#held = { x: event.clientX + this.scrollLeft, y: event.clientY + this.scrollTop, at: [event.clientX, event.clientY] };
  }

  #move(event) {
    if (!this.isZoomed || !event.buttons || event.pointerType === "touch" || !this.#held) return; // fingers scroll
    const [x, y] = this.#held.at;
    this.#held.moved ||= Math.hypot(event.clientX - x, event.clientY - y) > 4;
    this.scrollTo(this.#held.x - event.clientX, this.#held.y - event.clientY);
  }

  #key(event) {
    if (isForAField(event)) return;
    const isPressed = event.key === " " && event.target === this.link; // as buttons are
    if (isPressed || event.key === "z" || (event.key === "Escape" && this.isZoomed)) this.#toggle(0.5, 0.5);
    else if (this.isZoomed && event.key.startsWith("Arrow")) this.#scroll(event.key);
    else return;
    event.preventDefault();
  }

  #scroll(key) {
    const step = 80;
    this.scrollBy(
      { ArrowLeft: -step, ArrowRight: step }[key] ?? 0,
      { ArrowUp: -step, ArrowDown: step }[key] ?? 0,
    );
  }
}

customElements.define("picture-zoom", PictureZoom);
