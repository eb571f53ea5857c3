const KEY = "atelier:mask";

/** Keeps the painted mask of the picture at an address for Back and reload, in this tab alone; `null` forgets it. */
export function rememberMask(picture, file) {
  if (!file) {
    storage()?.removeItem(KEY);
    return;
  }
  const reader = new FileReader();
  reader.addEventListener("load", () => {
    try {
      storage()?.setItem(KEY, JSON.stringify({ picture, url: reader.result }));
    } catch {
      storage()?.removeItem(KEY); // there is no room; better none than an older one
    }
  });
  reader.readAsDataURL(file);
}

/** The mask that was painted on that picture: { url, file }; `null` when there is none. */
export function recallMask(picture) {
  const kept = JSON.parse(storage()?.getItem(KEY) ?? "null");
  if (kept?.picture !== picture) return null;
  const bytes = Uint8Array.from(atob(kept.url.split(",")[1]), (letter) => letter.charCodeAt(0));
  return { url: kept.url, file: new File([bytes], "mask.png", { type: "image/png" }) };
}

/** Storage may be forbidden; then nothing is remembered. */
function storage() {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}
