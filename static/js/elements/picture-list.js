import { receiveFiles } from "../lib/incoming.js";
import { tell } from "../lib/problems.js";
import { say } from "../lib/words.js";

/**
 * The pictures of a form: takes them by choosing, dropping and pasting, keeps each at once, and lets
 * them be put in order by dragging, by buttons and by the arrow keys. The form holds their references.
 * Tells `pictures` {first} whenever they change: the address of the first one's file.
 */
class PictureList extends HTMLElement {
  #pending = new Map(); // item → what stops its upload
  #waiting; // the button whose press waits for uploads

  connectedCallback() {
    this.list = this.querySelector("ol");
    this.field = this.querySelector("[type=file]");
    this.form = this.closest("form");
    this.invitation = this.querySelector("label b");
    this.most = Number(this.getAttribute("most"));
    for (const item of this.#items()) this.#ready(item);
    this.#invite();
    this.field.addEventListener("change", () => {
      this.add([...this.field.files]);
      this.field.value = ""; // they go with the form as references
    });
    receiveFiles((files) => this.add(files));
    this.list.addEventListener("click", (event) => this.#press(event));
    for (const kind of ["pointerenter", "focusin"]) this.list.addEventListener(kind, () => this.#letMove(), { once: true });
    this.form.addEventListener("submit", (event) => this.#hold(event), { capture: true });
  }

  add(files) {
    if (this.most === 1) for (const item of this.#items()) this.#remove(item);
    const room = this.most - this.#items().length;
    tell("upload", files.length > room ? say("Up to {most} pictures are taken; the rest was left out.", { most: this.most }) : "");
    for (const file of files.slice(0, room)) this.#bring(file);
  }

  #invite() {
    const [more, first] =
      this.most > 1
        ? [say("Add pictures"), say("Drop, paste or choose pictures")]
        : [say("Choose another"), say("Drop, paste or choose a picture")];
    this.invitation.textContent = this.list.firstElementChild ? more : first;
  }

  #items() {
    return [...this.list.children];
  }

  async #bring(file) {
    const item = this.querySelector("template").content.firstElementChild.cloneNode(true);
    const stop = new AbortController();
    this.list.append(item);
    this.#invite();
    this.#pending.set(item, stop);
    this.#ready(item);
    try {
      const { bring } = await import("../lib/bringing.js");
      await bring(file, item, { isSmall: this.most > 1, signal: stop.signal });
      this.querySelector("[role=status]").textContent = say("{file} is here.", { file: file.name });
    } catch (error) {
      if (!stop.signal.aborted) tell("upload", say("{file}: {sentence}", { file: file.name, sentence: error.message }));
      item.remove();
    }
    this.#pending.delete(item);
    this.#changed();
    this.#release();
  }

  #ready(item) {
    item.draggable = this.most > 1;
    if (this.most > 1) item.tabIndex = 0;
  }

  #press(event) {
    const button = event.target.closest("button");
    if (!button) return;
    event.preventDefault();
    const item = button.closest("li");
    if (button.name === "first") this.list.prepend(item);
    else this.#remove(item);
    this.#changed();
  }

  /** Whoever comes near may want another order. */
  async #letMove() {
    if (this.most === 1 || this.isMovable) return;
    this.isMovable = true;
    const { letMove } = await import("../lib/moving.js");
    letMove(this.list, () => this.#changed());
  }

  #remove(item) {
    this.#pending.get(item)?.abort();
    item.remove();
  }

  /** Numbers them anew, tells the page, and remembers them in its address, for Back and reload. */
  #changed() {
    const items = this.#items();
    this.#invite();
    for (const [index, item] of items.entries()) {
      const number = index + 1;
      item.querySelector("img").alt = say("Picture {number}", { number });
      item.ariaLabel = say("Picture {number} of {count}", { number, count: items.length });
      item.querySelector("[name=first]")?.setAttribute("aria-label", say("Put picture {number} first", { number }));
      item.querySelector("[name=remove]").setAttribute("aria-label", say("Remove picture {number}", { number }));
    }
    const references = items.map((item) => item.querySelector("[name=image]").value).filter(Boolean);
    const place = [...new URLSearchParams(location.search)].filter(([name]) => name === "at");
    const query = new URLSearchParams([...place, ...references.map((reference) => ["image", reference])]);
    history.replaceState(history.state, "", query.size ? `?${query}` : location.pathname);
    this.dispatchEvent(new CustomEvent("pictures", { bubbles: true, detail: { first: items[0]?.dataset.file ?? "" } }));
    this.dispatchEvent(new Event("input", { bubbles: true })); // the form has changed
  }

  /** A form that is sent while pictures are on their way goes when they are here. */
  #hold(event) {
    if (!this.#pending.size) return;
    event.preventDefault();
    event.stopPropagation();
    this.#waiting = event.submitter;
    this.querySelector("[role=status]").textContent = say("Waiting for the pictures to arrive.");
  }

  #release() {
    if (this.#pending.size || !this.#waiting) return;
    this.form.requestSubmit(this.#waiting);
    this.#waiting = null;
  }
}

customElements.define("picture-list", PictureList);
