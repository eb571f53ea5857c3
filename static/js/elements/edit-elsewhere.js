import { receiveFiles } from "../lib/incoming.js";
import { upload } from "../lib/upload.js";

const LONGEST_PROMPT = 2000; // in an address, which servers take only so long

/** Takes a picture that is dropped or pasted on a page that cannot use it to the one that can, with the words. */
class EditElsewhere extends HTMLElement {
  connectedCallback() {
    receiveFiles((files) => this.#take(files));
  }

  async #take(files) {
    this.textContent = "Taking your picture to Edit…";
    const arrived = await Promise.allSettled(files.map((file) => upload(file)));
    const references = arrived.filter((one) => one.value).map((one) => ["image", one.value.reference]);
    const query = new URLSearchParams(references);
    const prompt = document.getElementById("prompt")?.value.trim();
    if (prompt && encodeURIComponent(prompt).length < LONGEST_PROMPT) query.set("prompt", prompt);
    if (references.length) location.assign(`/edit?${query}`);
    else this.textContent = arrived[0].reason.message;
  }
}

customElements.define("edit-elsewhere", EditElsewhere);
