import { isForAField } from "../lib/pages.js";

const ROOMS = { c: "/", e: "/edit", t: "/conversations", l: "/library", s: "/spending" };
const WAIT_MS = 1500;

/** Keys that work on every page: g and a letter to go, / to search, ? for the list of all. */
class StudioKeys extends HTMLElement {
  #wentAt = -WAIT_MS; // when g was pressed

  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    document.addEventListener("keydown", (event) => this.#key(event), { capture: true });
  }

  #key(event) {
    if (isForAField(event)) return;
    const isSecond = event.timeStamp - this.#wentAt < WAIT_MS;
    this.#wentAt = event.key === "g" ? event.timeStamp : -WAIT_MS;
    if (isSecond && ROOMS[event.key]) this.#go(event, ROOMS[event.key]);
    else if (event.key === "/") this.#search(event);
    else if (event.key === "?") this.#take(event, () => this.dialog.showModal());
  }

  #go(event, path) {
    if (document.querySelector(`nav a[href="${path}"]`)) this.#take(event, () => location.assign(path));
  }

  #search(event) {
    const field = document.getElementById("query");
    this.#take(event, () => (field ? field.select() : location.assign("/library#query")));
  }

  #take(event, act) {
    event.preventDefault();
    event.stopPropagation(); // the letter is meant for nobody else
    act();
  }
}

customElements.define("studio-keys", StudioKeys);
