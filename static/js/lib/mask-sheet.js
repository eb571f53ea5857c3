import { MaskHistory } from "./mask-history.js";
import { EditMap, join, mapSize } from "./mask-map.js";
import { MaskTint } from "./mask-tint.js";

/** The map of one picture with its history and its tint; whatever changes the map says so with `touch(box)`. */
export class MaskSheet {
  #unkept = null;
  #unshown = null;

  /** `onstep` is called after each step, forwards or back; `ondirty` when there is something to draw. */
  constructor(canvas, picture, { onstep, ondirty }) {
    Object.assign(this, { picture, onstep, ondirty });
    this.size = mapSize(picture.naturalWidth, picture.naturalHeight);
    this.map = new EditMap(...this.size);
    this.history = new MaskHistory(this.map);
    this.tint = new MaskTint(canvas, this.map);
  }

  touch(box) {
    this.#unkept = join(this.#unkept, box);
    this.#show(box);
  }

  /** Makes one step of everything since the last one. */
  keep() {
    const isStep = this.#unkept && this.history.keep(this.#unkept);
    this.#unkept = null;
    if (isStep) this.onstep();
  }

  /** Takes back everything since the last step. */
  drop() {
    if (!this.#unkept) return;
    this.history.drop(this.#unkept);
    this.#show(this.#unkept);
    this.#unkept = null;
  }

  undo() {
    this.#walk(this.history.undo());
  }

  redo() {
    this.#walk(this.history.redo());
  }

  /** Marks what is transparent in a picture, which is scaled to the map; a step, but not told as one. */
  read(picture) {
    const { width, height, pixels, whole } = this.map;
    const paper = new OffscreenCanvas(width, height).getContext("2d");
    paper.drawImage(picture, 0, 0, width, height);
    const { data } = paper.getImageData(0, 0, width, height);
    for (let at = 0; at < pixels.length; at++) pixels[at] = data[4 * at + 3] < 128 ? 1 : 0;
    this.history.keep(whole);
    this.#show(whole);
  }

  /** The share that will change, 0 to 1, and the box of it in pixels of the picture. */
  measure() {
    const { count, box } = this.map.measure();
    const share = count / this.map.pixels.length;
    if (!box) return { share, edited: null };
    const [across, down] = [this.picture.naturalWidth / this.map.width, this.picture.naturalHeight / this.map.height];
    const [left, top] = [Math.floor(box[0] * across), Math.floor(box[1] * down)];
    const [right, bottom] = [Math.ceil(box[2] * across), Math.ceil(box[3] * down)];
    return { share, edited: { left, top, width: right - left, height: bottom - top } };
  }

  draw() {
    if (this.#unshown) this.tint.draw(this.#unshown);
    this.#unshown = null;
  }

  #walk(box) {
    if (!box) return;
    this.#show(box);
    this.onstep();
  }

  #show(box) {
    this.#unshown = join(this.#unshown, box);
    this.ondirty();
  }
}
