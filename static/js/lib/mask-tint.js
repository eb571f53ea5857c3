const ALPHA = 150;

/** Shows the map over the picture: stripes of the canvas's own text colour and of white, to be seen without colour too. */
export class MaskTint {
  constructor(canvas, map) {
    Object.assign(canvas, { width: map.width, height: map.height });
    this.map = map;
    this.paper = canvas.getContext("2d");
    this.stripe = Math.max(4, Math.round(Math.max(map.width, map.height) / 96));
    this.inks = [inkOf(getComputedStyle(canvas).color), inkOf("white")];
  }

  draw([left, top, right, bottom]) {
    const { map, stripe, inks } = this;
    if (left >= right || top >= bottom) return;
    const image = this.paper.createImageData(right - left, bottom - top);
    const pixels = new Uint32Array(image.data.buffer);
    for (let y = top, at = 0; y < bottom; y++) {
      for (let x = left; x < right; x++, at++) {
        if (map.pixels[y * map.width + x]) pixels[at] = inks[Math.floor((x + y) / stripe) % 2];
      }
    }
    this.paper.putImageData(image, left, top);
  }
}

/** A colour as a pixel of image data has it, half transparent. */
function inkOf(colour) {
  const paper = new OffscreenCanvas(1, 1).getContext("2d");
  paper.fillStyle = colour;
  paper.fillRect(0, 0, 1, 1);
  const { data } = paper.getImageData(0, 0, 1, 1);
  data[3] = ALPHA;
  return new Uint32Array(data.buffer)[0];
}
