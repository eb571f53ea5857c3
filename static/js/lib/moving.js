const STEPS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

/** Lets the items of a list be put in another order by dragging and by the arrow keys; `changed` is called after each move. */
export function letMove(list, changed) {
  let dragged;
  list.addEventListener("dragstart", (event) => (dragged = event.target.closest("li")));
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("li");
    if (!dragged || !over || over === dragged) return;
    event.preventDefault();
    const items = [...list.children];
    if (items.indexOf(over) < items.indexOf(dragged)) over.before(dragged);
    else over.after(dragged);
  });
  list.addEventListener("dragend", () => {
    dragged = null;
    changed();
  });
  list.addEventListener("keydown", (event) => {
    const item = event.target;
    const step = STEPS[event.key];
    if (!step || item.tagName !== "LI") return;
    event.preventDefault();
    const other = step < 0 ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    if (step < 0) other.before(item);
    else other.after(item);
    item.focus();
    changed();
  });
}
