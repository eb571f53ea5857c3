import { receiveFiles } from "../lib/incoming.js";
import { upload } from "../lib/upload.js";

/** Takes a picture that is dropped or pasted on a page that cannot use it to the one that can. */
class EditElsewhere extends HTMLElement {
  connectedCallback() {
    receiveFiles((files) => this.#take(files));
  }

  async #take(files) {
    this.textContent = "Taking your picture to Edit…";
    const arrived = await Promise.allSettled(files.map((file) => upload(file)));
    const references = arrived.filter((one) => one.value).map((one) => ["image", one.value.reference]);
    if (references.length) location.assign(`/edit?${new URLSearchParams(references)}`);
    else this.textContent = arrived[0].reason.message;
  }
}

customElements.define("edit-elsewhere", EditElsewhere);
