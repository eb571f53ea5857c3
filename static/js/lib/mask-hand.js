const SLIP = 4; // screen pixels

/** The chosen tool at work on a sheet, whether a pointer leads it or keys do. Points are in pixels of the map. */
export class MaskHand {
  tool = "brush";
  size = 1;
  outline = [];
  isDown = false;
  #value;
  #last;

  get isShaping() {
    return this.tool === "rectangle" || this.tool === "lasso";
  }

  /** Never so small that it would slip between the centres of pixels. */
  get radius() {
    return Math.max(this.size / 2, 0.75);
  }

  down(point, isErasing) {
    this.isDown = true;
    this.#value = isErasing || this.tool === "eraser" ? 0 : 1;
    this.#last = point;
    if (this.isShaping) this.outline = [point];
    else this.sheet.touch(this.sheet.map.disc(point, this.radius, this.#value));
  }

  move(point) {
    const [first] = this.outline;
    if (this.tool === "rectangle") this.outline = [first, [point[0], first[1]], point, [first[0], point[1]]];
    else if (this.tool === "lasso") this.outline.push(point);
    else this.sheet.touch(this.sheet.map.stroke(this.#last, point, this.radius, this.#value));
    this.#last = point;
  }

  /** `scale`, screen pixels a pixel of the map, tells a shape from a hand that slipped. */
  up(scale) {
    const [first] = this.outline;
    if (this.outline.some(([x, y]) => Math.hypot(x - first[0], y - first[1]) * scale >= SLIP)) {
      this.sheet.touch(this.sheet.map.polygon(this.outline, this.#value));
    }
    this.#rest();
    this.sheet.keep();
  }

  cancel() {
    this.#rest();
    this.sheet.drop();
  }

  #rest() {
    this.outline = [];
    this.isDown = false;
  }
}
