const NOT_ASKED = new Set(["csrf_token", "submission", "width", "height", "settings_file"]);
const NUMBERS = new Set(["n", "output_compression", "partial_images", "frame_count", "frame_duration_ms"]);

/**
 * A form as the JSON interface takes it: JSON for words alone, a form where there may be files.
 * Of several values with one name the last counts, but for pictures: a checkbox comes after what is
 * sent when it is not checked.
 */
export function asked(form, kind) {
  const values = new Map([["kind", kind]]);
  const images = [];
  for (const [name, value] of new FormData(form)) {
    if (NOT_ASKED.has(name) || isEmpty(value)) continue;
    if (name === "image") images.push(value);
    else values.set(name, name === "prompt" || value instanceof File ? value : value.trim());
  }
  if (values.get("size") === "custom") {
    const { width, height } = form.elements;
    values.set("size", `${width.value.trim()}x${height.value.trim()}`);
    if (!width.value.trim() || !height.value.trim()) values.delete("size");
  }
  // The price of the settings, before anything is written.
  if (form.elements.prompt && !values.has("prompt")) values.set("prompt", ".");
  return { images, ...(kind === "generate" ? inJson(values) : inParts(values, images)) };
}

function isEmpty(value) {
  return value instanceof File ? !value.size : !value.trim();
}

/** What is not a whole number stays a text, for the answer to say so. */
function inJson(values) {
  const number = (name, value) => (NUMBERS.has(name) && /^[+-]?\d{1,15}$/.test(value) ? Number(value) : value);
  const body = Object.fromEntries([...values].map(([name, value]) => [name, number(name, value)]));
  return { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

function inParts(values, images) {
  const body = new FormData();
  for (const [name, value] of values) body.set(name, value);
  for (const image of images) body.append("image", image);
  return { headers: {}, body };
}
