import { say } from "./words.js";

/**
 * Sends a picture to be kept for a day and answers what the studio says of it: { reference, url, width, height, … }.
 * `onprogress` is told the share that was sent. Rejects with a sentence for the person.
 */
export function upload(file, { onprogress, signal } = {}) {
  const body = new FormData();
  body.set("image", file);
  const request = new XMLHttpRequest(); // fetch tells no progress of what it sends
  return new Promise((resolve, reject) => {
    request.open("POST", "/api/uploads");
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => onprogress?.(event.loaded / event.total));
    request.addEventListener("load", () => {
      if (request.status === 201) resolve(request.response);
      else reject(new Error(request.response?.error ?? say("The studio did not take it. Try again.")));
    });
    request.addEventListener("error", () => reject(new Error(say("The studio could not be reached. Try again."))));
    request.addEventListener("abort", () => reject(new Error(say("Stopped."))));
    signal?.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}
