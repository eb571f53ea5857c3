import { isRestored } from "../lib/history.js";
import { tell } from "../lib/problems.js";
import { money } from "../lib/wording.js";
import { say } from "../lib/words.js";

/**
 * Brings the pieces of a form for editing together: the first picture goes under the painter, a mask file
 * is shown as it was understood, and the price's answer says what the mask means and what else is offered.
 * `on`: the mask lies on this picture (a reference), whatever else is given. `begins-with-words`: they are
 * focused, unless the window is so narrow that the picture would go out of sight.
 */
class EditDesk extends HTMLElement {
  connectedCallback() {
    this.painter = this.querySelector("mask-painter");
    this.options = this.querySelector(".mask-options");
    this.told = this.querySelector("#mask-told");
    this.full = this.querySelector(".full-resolution");
    this.form = this.closest("form");
    this.querySelector(".mask-seen")?.remove(); // the painter shows it, on the picture itself
    this.addEventListener("pictures", (event) => this.#place(event.detail.first));
    this.addEventListener("mask-file", (event) => this.#understand(event.detail.file));
    this.addEventListener("mask-change", (event) => this.#painted(event.detail));
    this.addEventListener("change", (event) => {
      if (["mask_means", "invert_mask"].includes(event.target.name)) this.#show();
    });
    this.form.addEventListener("quote", (event) => this.#tell(event.detail));
    this.addEventListener("click", (event) => {
      if (event.target.name !== "remove_mask") return;
      event.preventDefault();
      this.painter.clear?.(); // it may not have been needed yet
      this.#forget();
    });
    if (this.hasAttribute("begins-with-words") && matchMedia("(min-width: 62rem)").matches) {
      this.form.elements.prompt.focus({ preventScroll: true });
    }
    if (isRestored() && !this.painter.hasAttribute("mask")) this.#recall();
  }

  /** After Back and reload, what was painted is there again. */
  async #recall() {
    const { recallMask } = await import("../lib/remembered-mask.js");
    const mask = recallMask(this.painter.getAttribute("image"));
    if (!mask) return;
    await customElements.whenDefined("mask-painter");
    const files = new DataTransfer();
    files.items.add(mask.file);
    this.form.querySelector("#mask").files = files.files;
    await this.painter.show(mask.url);
    this.dispatchEvent(new Event("change", { bubbles: true })); // the price is another one
  }

  async #remember(picture, file) {
    const { rememberMask } = await import("../lib/remembered-mask.js");
    rememberMask(picture, file);
  }

  #place(first) {
    if (this.hasAttribute("on")) return;
    if ((this.painter.getAttribute("image") ?? "") === first) return;
    this.kept?.remove(); // it belongs to the picture that was first
    this.painter.setAttribute("image", first);
    if (this.file) this.#show();
  }

  get kept() {
    return this.querySelector(".mask-kept");
  }

  /** The mask that came with the page no longer counts: another one was painted, or none is wanted. */
  #forget() {
    this.kept?.remove();
    this.file = null;
  }

  #painted({ file, edited }) {
    if (!file && edited) return; // it only shows what is there already
    if (file === this.file?.file) return;
    this.#remember(this.painter.getAttribute("image"), file);
    this.#forget();
    this.#means("auto", false);
    if (!file && this.full) this.full.querySelector("input").checked = false; // there is no part to draw in detail
  }

  #means(means, isInverted) {
    this.form.elements.mask_means.value = means;
    this.querySelector("#invert_mask").checked = isInverted;
  }

  async #understand(file) {
    this.options.open = true;
    this.#remember(null, null);
    this.kept?.remove();
    this.file = { file };
    try {
      const { upload } = await import("../lib/upload.js");
      this.file.reference = (await upload(file)).reference;
      await this.#show();
    } catch (error) {
      tell("mask", error.message);
    }
  }

  async #show() {
    const { showUnderstood } = await import("../lib/understood-mask.js");
    await showUnderstood(this, this.file?.reference);
  }

  #tell({ mask, full_resolution: offer }) {
    const isFile = Boolean(this.file || this.kept);
    this.told.textContent = mask && isFile ? mask.explanation : "";
    this.told.hidden = !this.told.textContent;
    if (!this.full) return;
    const box = this.full.querySelector("input");
    if (offer) {
      this.full.querySelector("[data-full-price]").textContent = say("about {amount}", { amount: money(offer.estimate_usd) });
      this.full.querySelector(".field-hint").textContent = offer.note;
    }
    if (!mask) box.checked = false;
    this.full.hidden = !offer && !box.checked;
  }
}

customElements.define("edit-desk", EditDesk);
