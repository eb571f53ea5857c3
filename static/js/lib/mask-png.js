/**
 * The map as a PNG file of one bit a pixel, where black, declared transparent, is what to edit.
 * Written here because a canvas cannot do it at once: a form that is being sent waits for nobody.
 */
export function maskFile(map) {
  const header = [...word(map.width), ...word(map.height), 1, 0, 0, 0, 0];
  const parts = [
    [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    chunk("IHDR", header),
    chunk("tRNS", [0, 0]),
    chunk("IDAT", zlib(scanlines(map))),
    chunk("IEND", []),
  ];
  return new File([Uint8Array.from(parts.flat())], "mask.png", { type: "image/png" });
}

function word(value) {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
}

function chunk(name, data) {
  const named = [...name].map((letter) => letter.charCodeAt(0)).concat(data);
  let crc = ~0;
  for (const byte of named) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return word(data.length).concat(named, word(~crc));
}

/** Each row less the one above (filter 2), so that most of a mask is zeros. */
function scanlines({ width, height, pixels }) {
  const stride = 1 + Math.ceil(width / 8);
  const lines = new Uint8Array(stride * height);
  let above = new Uint8Array(stride);
  for (let row = 0; row < height; row++) {
    const line = new Uint8Array(stride);
    for (let x = 0; x < width; x++) if (!pixels[row * width + x]) line[1 + (x >> 3)] |= 128 >> (x & 7);
    lines[row * stride] = 2;
    for (let at = 1; at < stride; at++) lines[row * stride + at] = line[at] - above[at];
    above = line;
  }
  return lines;
}

/** Deflate (RFC 1951) with its fixed codes, shortening only runs of one byte: all that a mask needs. */
function zlib(data) {
  const out = [0x78, 0x01];
  let [bits, count] = [0, 0];
  const put = (code, length) => {
    while (length--) {
      bits |= ((code >> length) & 1) << count++;
      if (count === 8) {
        out.push(bits);
        bits = count = 0;
      }
    }
  };
  put(0b110, 3); // the last block, of fixed codes
  for (let at = 0, run = 0; at < data.length; at += run) {
    const byte = data[at];
    for (run = 0; run < 258 && at && data[at + run] === data[at - 1]; ) run++;
    if (run > 2) {
      if (run < 258) run = Math.min(run, 10); // the lengths that need no extra bits
      put(...(run === 258 ? [0xc5, 8] : [run - 2, 7]));
      put(0, 5);
    } else {
      run = 1;
      put(...(byte < 144 ? [0x30 + byte, 8] : [0x100 + byte, 9]));
    }
  }
  put(0, 7);
  if (count) put(0, 8 - count);
  let [low, high] = [1, 0];
  for (const byte of data) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  return out.concat(word(((high << 16) | low) >>> 0));
}
