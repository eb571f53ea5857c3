import { receiveFiles } from "../lib/incoming.js";
import { say } from "../lib/words.js";

const LONGEST_PROMPT = 2000; // in an address, which servers take only so long

/**
 * Pictures that are dropped or pasted on a page that cannot use them: one that tells how it was made
 * fills in the form, any others are taken to where they can be edited, with the words.
 */
class EditElsewhere extends HTMLElement {
  connectedCallback() {
    receiveFiles((files) => this.#take(files));
    this.field = document.getElementById("settings_file");
    this.field?.addEventListener("change", () => this.field.files.length && this.#press());
  }

  async #take(files) {
    this.textContent = say("Looking at your picture…");
    if (files.length === 1 && this.field && (await tellsHow(files[0]))) {
      const chosen = new DataTransfer();
      chosen.items.add(files[0]);
      this.field.files = chosen.files;
      this.#press();
    } else {
      await this.#edit(files);
    }
  }

  #press() {
    this.field.form.requestSubmit(this.field.form.elements.restore);
  }

  async #edit(files) {
    this.textContent = say("Taking your picture to Edit…");
    const { upload } = await import("../lib/upload.js");
    const arrived = await Promise.allSettled(files.map((file) => upload(file)));
    const references = arrived.filter((one) => one.value).map((one) => ["image", one.value.reference]);
    const query = new URLSearchParams(references);
    const prompt = document.getElementById("prompt")?.value.trim();
    if (prompt && encodeURIComponent(prompt).length < LONGEST_PROMPT) query.set("prompt", prompt);
    if (references.length) location.assign(`/edit?${query}`);
    else this.textContent = arrived[0].reason.message;
  }
}

/** Whether a file tells how it was made. */
async function tellsHow(file) {
  const body = new FormData();
  body.set("image", file);
  try {
    const response = await fetch("/api/settings-of", { method: "POST", body, headers: { Accept: "application/json" } });
    return Boolean(response.ok && (await response.json()).settings);
  } catch {
    return false; // taking it to Edit will say what is wrong
  }
}

customElements.define("edit-elsewhere", EditElsewhere);
