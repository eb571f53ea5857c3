import { MaskHand } from "../lib/mask-hand.js";
import { followKeys } from "../lib/mask-keys.js";
import { drawMarks } from "../lib/mask-marks.js";
import { followPointers } from "../lib/mask-pointers.js";
import { MaskSheet } from "../lib/mask-sheet.js";
import { MaskView } from "../lib/mask-view.js";
import { marked } from "../lib/wording.js";
import { say } from "../lib/words.js";

const PAUSE_MS = 150;

/**
 * Marks what should change in the picture at `image`, beginning with the mask at `mask`, and puts it
 * as a file into the input named by `for`. Tells `mask-change` {share, edited, file} after each change:
 * `edited` in pixels of the picture, `file` what the input holds. A file that the person chose is told
 * as `mask-file` {file} and stays until something is painted: the page shows how it was understood with
 * `show(url)`. So a page that keeps a mask elsewhere drops it when told of a file, or of nothing edited.
 */
class MaskPainter extends HTMLElement {
  static observedAttributes = ["image"];
  #cursor = {};
  #isOurs = false; // the file in the input
  #frame;
  #pause;
  #opened;

  connectedCallback() {
    if (this.work) return;
    this.input = document.getElementById(this.getAttribute("for"));
    this.work = this.querySelector(".painter-work");
    this.stage = this.querySelector(".painter-stage");
    Object.assign(this.stage, { role: "application", ariaLabel: this.stage.dataset.name, tabIndex: 0 });
    this.work.inert = true; // until there is a sheet
    this.slider = this.querySelector("[type=range]");
    this.hand = new MaskHand();
    this.view = new MaskView(this.stage, this.stage.firstElementChild, () => this.#soon());
    const show = () => this.#soon();
    const act = (name) => this.#act(name);
    const { view, hand } = this;
    followKeys(this, this.stage, { view, hand, cursor: this.#cursor, act, show });
    followPointers(this.stage, { view, hand, cursor: this.#cursor, show });
    this.addEventListener("click", (event) => {
      const button = event.target.closest("[data-act]");
      if (button) act(button.dataset.act);
    });
    this.slider.addEventListener("input", () => this.#resize(this.slider.value));
    // The size of the brush is no change of the form.
    for (const kind of ["input", "change"]) this.work.addEventListener(kind, (event) => event.stopPropagation());
    this.input.addEventListener("change", () => this.#choose());
    this.input.form?.addEventListener("submit", (event) => this.#hold(event), { capture: true });
    this.#opened = this.#open(this.getAttribute("mask"));
    if (this.input.files.length) this.#choose(); // before this was here, or put back by the browser
  }

  attributeChangedCallback() {
    if (this.work) this.#opened = this.#open();
  }

  get isPainted() {
    return Boolean(this.sheet?.map.pixels.includes(1));
  }

  /** Shows the mask at an address, transparent where to edit. Can be undone. Rejects when it is no picture. */
  async show(url) {
    await this.#opened;
    this.sheet.read(await decoded(url));
    if (this.#isOurs && this.input.files.length) this.#send();
    else this.#tell(this.#measure());
  }

  clear() {
    if (this.sheet) this.#act("clear");
    this.#send();
  }

  async #open(mask) {
    const url = this.getAttribute("image");
    if (!url) return this.#close();
    const [picture, kept] = await Promise.all([url, mask].map((address) => address && decoded(address).catch(() => null)));
    if (url !== this.getAttribute("image")) return;
    if (picture) this.#lay(picture);
    else this.#close();
    if (picture && kept) this.sheet.read(kept);
    this.#measure();
    if (!picture) this.#show(say("This picture cannot be shown here. A mask file still works."));
    else if (mask && !kept) this.#show(say("The mask of before cannot be shown here."));
  }

  /** A sheet for a picture; what was marked stays when it has the same size. */
  #lay(picture) {
    const canvas = this.stage.querySelector("canvas");
    const { naturalWidth: width, naturalHeight: height } = picture;
    const isSameSize = this.sheet?.picture.naturalWidth === width && this.sheet.picture.naturalHeight === height;
    this.stage.querySelector("img")?.remove();
    canvas.before(picture);
    if (isSameSize) return;
    this.#close();
    this.work.hidden = this.work.inert = false;
    this.work.classList.add("is-laid");
    this.sheet = new MaskSheet(canvas, picture, { onstep: () => this.#later(), ondirty: () => this.#soon() });
    this.hand.sheet = this.sheet;
    this.slider.max = Math.ceil(Math.max(...this.sheet.size) / 4);
    this.#resize(this.slider.max / 6);
    this.view.open(...this.sheet.size);
  }

  #close() {
    this.sheet = null;
    this.work.hidden = true;
    this.#show("");
    if (this.#isOurs) this.#send();
  }

  #act(name) {
    const { sheet, hand, view } = this;
    if (!sheet) return;
    if (hand.isDown) hand.up(view.scale);
    const acts = {
      undo: () => sheet.undo(),
      redo: () => sheet.redo(),
      fill: () => sheet.touch(sheet.map.fill(1)),
      clear: () => sheet.touch(sheet.map.fill(0)),
      invert: () => sheet.touch(sheet.map.invert()),
      out: () => view.zoom(1 / 1.5),
      in: () => view.zoom(1.5),
      fit: () => view.fit(),
      smaller: () => this.#resize(Math.min(hand.size - 1, hand.size / 1.2)),
      words: () => this.input.form.elements.prompt?.focus(),
      larger: () => this.#resize(Math.max(hand.size + 1, hand.size * 1.2)),
    };
    if (acts[name]) acts[name]();
    else hand.tool = name;
    sheet.keep();
    this.#soon();
  }

  #resize(size) {
    this.slider.value = size; // which rounds it and keeps it within bounds
    this.hand.size = this.slider.valueAsNumber;
    this.#soon();
  }

  #soon() {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      if (this.sheet) this.#draw();
    });
  }

  #draw() {
    const { sheet, hand } = this;
    sheet.draw();
    drawMarks(this.stage, { cursor: this.#cursor, hand, view: this.view });
    for (const button of this.querySelectorAll("[data-act]")) {
      const { act } = button.dataset;
      if (button.ariaPressed) button.ariaPressed = String(act === hand.tool);
      if (act in sheet.history.can) button.ariaDisabled = String(!sheet.history.can[act]);
    }
  }

  #choose() {
    clearTimeout(this.#pause);
    this.#pause = null;
    this.#isOurs = false;
    const [file] = this.input.files;
    if (file) this.#dispatch("mask-file", { file });
    else this.#send(); // no file any more: what is marked counts again
  }

  #later() {
    this.#bringWriter();
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#send(), PAUSE_MS);
  }

  /** What writes the file is brought when the first thing is marked. */
  async #bringWriter() {
    this.write ??= (await import("../lib/mask-png.js")).maskFile;
  }

  /** What was marked just now goes with the form. */
  async #hold(event) {
    if (!this.#pause) return;
    if (this.write) {
      this.#send();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    await this.#bringWriter();
    this.#send();
    event.target.requestSubmit(event.submitter);
  }

  /** Puts what is marked into the input. */
  async #send() {
    if (!this.write) await this.#bringWriter();
    clearTimeout(this.#pause);
    this.#pause = null;
    const measures = this.#measure();
    const files = new DataTransfer();
    if (measures.edited) files.items.add(this.write(this.sheet.map));
    this.input.files = files.files;
    this.#isOurs = true;
    this.#tell(measures);
    this.dispatchEvent(new Event("input", { bubbles: true })); // the form has changed
  }

  #tell(measures) {
    this.#dispatch("mask-change", { ...measures, file: this.input.files[0] ?? null });
  }

  #dispatch(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }

  #measure() {
    const measures = this.sheet?.measure() ?? { share: 0, edited: null };
    this.#show(marked(measures.share));
    return measures;
  }

  #show(sentence) {
    this.querySelector(".painter-status").textContent = sentence;
  }
}

async function decoded(url) {
  const picture = Object.assign(new Image(), { alt: "", draggable: false, src: url });
  await picture.decode();
  return picture;
}

customElements.define("mask-painter", MaskPainter);
