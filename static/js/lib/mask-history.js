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
    this.#each(box, (at) => (this.before[at] = this.map.pixels[at]));
    return true;
  }

  /** Puts a box back to where the last step left it. */
  drop(box) {
    this.#each(box, (at) => (this.map.pixels[at] = this.before[at]));
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
    let [run, left] = [0, runs[0]];
    this.#each(box, (at) => {
      while (!left) left = runs[++run];
      left--;
      if (run % 2) this.map.pixels[at] = this.before[at] ^= 1;
    });
    return box;
  }

  #runs(box) {
    const runs = [0];
    this.#each(box, (at) => {
      if ((this.map.pixels[at] ^ this.before[at]) !== (runs.length + 1) % 2) runs.push(0);
      runs[runs.length - 1]++;
    });
    return Uint32Array.from(runs);
  }

  #each([left, top, right, bottom], visit) {
    for (let row = top; row < bottom; row++) {
      const start = row * this.map.width;
      for (let at = start + left; at < start + right; at++) visit(at);
    }
  }
}
