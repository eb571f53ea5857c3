/** Shows a sentence beside a field, or clears it. Returns whether the page has a place for it. */
export function tell(name, sentence) {
  const place = document.getElementById(`${name}-error`);
  if (!place) return false;
  place.textContent = sentence;
  place.hidden = !sentence;
  const field = document.getElementById(name);
  if (sentence) {
    field?.setAttribute("aria-invalid", "true");
    for (let box = field; (box = box?.parentElement?.closest("details")); ) box.open = true;
  } else {
    field?.removeAttribute("aria-invalid");
  }
  return true;
}
