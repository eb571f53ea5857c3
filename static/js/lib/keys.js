/** Whether what is pressed is meant for a field, a list or an open dialog, and not for the page. */
export function isForAField(event) {
  const field = event.target.closest?.("input:not(.pick), textarea, select, dialog[open], [contenteditable], mask-painter");
  return Boolean(field) || event.ctrlKey || event.metaKey || event.altKey;
}
