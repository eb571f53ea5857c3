/** Another page of the studio, as a document. Rejects when it cannot be had. */
export async function fetchPage(address, options = {}) {
  const response = await fetch(address, { ...options, headers: { Accept: "text/html" } });
  if (!response.ok && response.status !== 400) throw new Error(String(response.status));
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

/** Takes parts of a fresh document into this one. What the fresh one lacks stays as it is. */
export function takeIn(fresh, ...selectors) {
  for (const selector of selectors) {
    const part = fresh.querySelector(selector);
    if (part) document.querySelector(selector)?.replaceWith(part);
  }
}
