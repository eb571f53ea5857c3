/** Larger pictures are painted on a scaled map of the same shape; 2048 × 2048 still has its own pixels. */
const MOST_PIXELS = 2 ** 22;

export function mapSize(width, height) {
  const scale = Math.min(1, Math.sqrt(MOST_PIXELS / (width * height)));
  return [width, height].map((edge) => Math.max(1, Math.round(edge * scale)));
}

/** The smallest box [left, top, right, bottom] around two; `null` is the empty one. */
export function join(a, b) {
  if (!a || !b) return a ?? b;
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}

/**
 * What will change: one byte a pixel, 1 to edit and 0 to keep. A pixel belongs to a shape when its
 * centre does, so nothing is ever half marked. Everything that draws returns the box it may have changed.
 */
export class EditMap {
  constructor(width, height) {
    Object.assign(this, { width, height, pixels: new Uint8Array(width * height) });
  }

  get whole() {
    return [0, 0, this.width, this.height];
  }

  fill(value) {
    this.pixels.fill(value);
    return this.whole;
  }

  invert() {
    const { pixels } = this;
    for (let at = 0; at < pixels.length; at++) pixels[at] ^= 1;
    return this.whole;
  }

  disc([x, y], radius, value) {
    const box = this.#around([[x - radius, y - radius], [x + radius, y + radius]]);
    for (let row = box[1]; row < box[3]; row++) {
      const half = Math.sqrt(radius ** 2 - (row + 0.5 - y) ** 2);
      this.#span(row, x - half, x + half, value);
    }
    return box;
  }

  /** What a round brush covers on its way from a disc to the next one, which is drawn. */
  stroke([x1, y1], [x2, y2], radius, value) {
    const part = radius / (Math.hypot(x2 - x1, y2 - y1) || 1);
    const [across, down] = [(y2 - y1) * part, (x1 - x2) * part];
    const way = [[x1 + across, y1 + down], [x2 + across, y2 + down], [x2 - across, y2 - down], [x1 - across, y1 - down]];
    return join(this.polygon(way, value), this.disc([x2, y2], radius, value));
  }

  /** Loops of an outline that crosses itself belong to it. */
  polygon(points, value) {
    const box = this.#around(points);
    for (let row = box[1]; row < box[3]; row++) {
      const crossings = crossingsAt(row + 0.5, points);
      let winding = 0;
      crossings.forEach(([x, turn], at) => {
        if (winding) this.#span(row, crossings[at - 1][0], x, value);
        winding += turn;
      });
    }
    return box;
  }

  /** How many pixels are marked, and the box of them: one look at every pixel. */
  measure() {
    const { width, height, pixels } = this;
    let [count, box] = [0, null];
    for (let row = 0; row < height; row++) {
      const line = pixels.subarray(row * width, (row + 1) * width);
      const first = line.indexOf(1);
      if (first < 0) continue;
      box = join(box, [first, row, line.lastIndexOf(1) + 1, row + 1]);
      for (let x = first; x < width; x++) count += line[x];
    }
    return { count, box };
  }

  #span(row, left, right, value) {
    const from = Math.max(0, Math.ceil(left - 0.5));
    const to = Math.min(this.width, Math.ceil(right - 0.5));
    if (from < to) this.pixels.fill(value, row * this.width + from, row * this.width + to);
  }

  #around(points) {
    const [xs, ys] = [0, 1].map((axis) => points.map((point) => point[axis]));
    const within = (value, most) => Math.min(most, Math.max(0, value));
    return [
      within(Math.floor(Math.min(...xs)), this.width),
      within(Math.floor(Math.min(...ys)), this.height),
      within(Math.ceil(Math.max(...xs)), this.width),
      within(Math.ceil(Math.max(...ys)), this.height),
    ];
  }
}

/** Where a horizontal line meets an outline, from left to right, each with its direction. */
function crossingsAt(y, points) {
  const crossings = [];
  points.forEach(([x1, y1], at) => {
    const [x2, y2] = points[(at + 1) % points.length];
    if (y1 <= y !== y2 <= y) crossings.push([x1 + ((y - y1) / (y2 - y1)) * (x2 - x1), y1 < y2 ? 1 : -1]);
  });
  return crossings.sort((a, b) => a[0] - b[0]);
}
