import { upload } from "./upload.js";
import { say } from "./words.js";

/** Shows a picture in its item of a form, sends it to be kept, and puts its reference there. Rejects as `upload` does. */
export async function bring(file, item, { isSmall, signal }) {
  const image = item.querySelector("img");
  const progress = Object.assign(document.createElement("progress"), { max: 1, value: 0 });
  progress.setAttribute("aria-label", say("Sending {file}", { file: file.name }));
  const preview = URL.createObjectURL(file);
  image.src = preview;
  item.append(progress);
  try {
    const kept = await upload(file, { onprogress: (share) => (progress.value = share), signal });
    item.querySelector("[name=image]").value = kept.reference;
    item.dataset.file = kept.url;
    image.src = isSmall ? kept.url.replace(/file$/, "thumbnail") : kept.url;
  } finally {
    URL.revokeObjectURL(preview);
    progress.remove();
  }
}
