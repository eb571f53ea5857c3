const MOST_STEPS = 100;
const MOST_RUNS = 2 ** 24; // 64 MB; a stroke has some hundreds

/**
 * Steps back and forth. A step is the box that changed and, row by row, the lengths of runs of
 * unchanged and of changed pixels in turn; turning the changed ones round undoes it, and redoes it.
 */
export class MaskHistory {
  #done = [];
  #undone = [];

  constructor(map) {
    this.map = map;
    this.before = map.pixels.slice();
  }

  get can() {
    return { undo: this.#done.length > 0, redo: this.#undone.length > 0 };
  }

  /** Makes one step of what changed in a box since the last one. Returns whether anything did. */
  keep(box) {
    const runs = this.#runs(box);
    if (runs.length < 2) return false;
    this.#done.push({ box, runs });
    this.#undone = [];
    let size = this.#done.reduce((sum, step) => sum + step.runs.length, 0);
    while (this.#done.length > 1 && (this.#done.length > MOST_STEPS || size > MOST_RUNS)) {
      size -= this.#done.shift().runs.length;
    }
    this.#copy(box, this.map.pixels, this.before);
    return true;
  }

  /** Puts a box back to where the last step left it. */
  drop(box) {
    this.#copy(box, this.before, this.map.pixels);
  }

  /** Returns the box that changed, or nothing. */
  undo() {
    return this.#move(this.#done, this.#undone);
  }

  redo() {
    return this.#move(this.#undone, this.#done);
  }

  #move(from, to) {
    const step = from.pop();
    if (!step) return null;
    to.push(step);
    const { box, runs } = step;
    const { pixels } = this.map;
    let [run, left] = [0, runs[0]];
    for (const [start, end] of this.#rows(box)) {
      for (let at = start; at < end; at++) {
        while (!left) left = runs[++run];
        left--;
        if (run % 2) pixels[at] ^= 1;
      }
    }
    this.#copy(box, pixels, this.before);
    return box;
  }

  #runs(box) {
    const { before, map } = this;
    const runs = [];
    let [changed, length] = [0, 0];
    for (const [start, end] of this.#rows(box)) {
      for (let at = start; at < end; at++) {
        if ((map.pixels[at] ^ before[at]) !== changed) {
          runs.push(length);
          changed ^= 1;
          length = 0;
        }
        length++;
      }
    }
    runs.push(length);
    return Uint32Array.from(runs);
  }

  #copy(box, from, to) {
    for (const [start, end] of this.#rows(box)) to.set(from.subarray(start, end), start);
  }

  *#rows([left, top, right, bottom]) {
    const { width } = this.map;
    for (let row = top; row < bottom; row++) yield [row * width + left, row * width + right];
  }
}
