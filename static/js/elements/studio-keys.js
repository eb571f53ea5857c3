import { isForAField } from "../lib/keys.js";

const WAIT_MS = 1500;

/**
 * Keys that work on every page: g and a letter to go, / to search, ? for the list of all. Ctrl or Cmd
 * with Enter sends the form whose text is being written, or else the one for pictures.
 */
class StudioKeys extends HTMLElement {
  #wentAt = -WAIT_MS; // when g was pressed

  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    document.addEventListener("keydown", (event) => this.#key(event), { capture: true });
  }

  #key(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#send(event);
    if (isForAField(event)) return;
    const isSecond = event.timeStamp - this.#wentAt < WAIT_MS;
    this.#wentAt = event.key === "g" ? event.timeStamp : -WAIT_MS;
    const room = isSecond && document.querySelector(`nav [data-go="${CSS.escape(event.key)}"]`);
    if (room) this.#take(event, () => room.click());
    else if (event.key === "/") this.#search(event);
    else if (event.key === "?") this.#take(event, () => this.dialog.showModal());
  }

  #send(event) {
    if (document.querySelector("dialog[open]")) return;
    const form = event.target.closest?.("textarea")?.form ?? document.getElementById("composer");
    const button = form?.querySelector("[type=submit]:not([formnovalidate])");
    if (button && !button.disabled) this.#take(event, () => form.requestSubmit(button));
  }

  #search(event) {
    const field = document.querySelector("[type=search]");
    this.#take(event, () => (field ? field.select() : location.assign("/library#query")));
  }

  #take(event, act) {
    event.preventDefault();
    event.stopPropagation(); // the letter is meant for nobody else
    act();
  }
}

customElements.define("studio-keys", StudioKeys);
