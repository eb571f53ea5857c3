const CLOSEST = 16;

/** Which part of the picture the stage shows. Points are [x, y] in pixels of the map. */
export class MaskView {
  #scale = 1;
  #left = 0;
  #top = 0;
  #isFitting = true;

  /** `onmove` is called whenever the sheet lies otherwise on the stage. */
  constructor(stage, sheet, onmove) {
    Object.assign(this, { stage, sheet, onmove });
    this.observer = new ResizeObserver(() => (this.#isFitting ? this.fit() : this.pan(0, 0)));
  }

  get scale() {
    return this.#scale;
  }

  open(width, height) {
    Object.assign(this, { width, height });
    Object.assign(this.sheet.style, { width: `${width}px`, height: `${height}px` });
    this.stage.style.aspectRatio = `${width} / ${height}`;
    this.fit();
    this.observer.observe(this.stage);
  }

  fit() {
    this.#isFitting = true;
    this.#scale = this.#fitting();
    this.pan(0, 0);
  }

  /** What was under the pointer, or where it came `from`, is then under it; without one, the middle stays. */
  zoom(factor, pointer, from = pointer) {
    const { left, top, width, height } = this.stage.getBoundingClientRect();
    const middle = { clientX: left + width / 2, clientY: top + height / 2 };
    const [{ clientX, clientY }, [x, y]] = [pointer ?? middle, this.onMap(from ?? middle)];
    const fitting = this.#fitting();
    this.#scale = Math.min(Math.max(this.#scale * factor, fitting), Math.max(CLOSEST, fitting));
    this.#isFitting = this.#scale === fitting;
    this.#left = clientX - left - x * this.#scale;
    this.#top = clientY - top - y * this.#scale;
    this.pan(0, 0);
  }

  pan(right, down) {
    this.#left = settle(this.#left + right, this.width * this.#scale, this.stage.clientWidth);
    this.#top = settle(this.#top + down, this.height * this.#scale, this.stage.clientHeight);
    this.sheet.style.transform = `translate(${this.#left}px, ${this.#top}px) scale(${this.#scale})`;
    this.stage.classList.toggle("painter-close", this.#scale > 3);
    this.onmove();
  }

  /** Moves just so far that the point can be seen. */
  reveal(point) {
    const [x, y] = this.onStage(point);
    const beyond = (value, edge) => Math.min(0, value - 24) + Math.max(0, value + 24 - edge);
    this.pan(-beyond(x, this.stage.clientWidth), -beyond(y, this.stage.clientHeight));
  }

  onMap({ clientX, clientY }) {
    const { left, top } = this.stage.getBoundingClientRect();
    return [(clientX - left - this.#left) / this.#scale, (clientY - top - this.#top) / this.#scale];
  }

  onStage([x, y]) {
    return [x * this.#scale + this.#left, y * this.#scale + this.#top];
  }

  #fitting() {
    return Math.min(this.stage.clientWidth / this.width, this.stage.clientHeight / this.height) || 1;
  }
}

/** What is smaller than the stage lies in its middle; what is larger leaves no gap. */
function settle(start, length, room) {
  return length <= room ? (room - length) / 2 : Math.min(0, Math.max(room - length, start));
}
