const root = document.documentElement;

/**
 * Hands over the files that are dropped or pasted anywhere on the page. What is dropped on an element
 * with `data-drops-for` goes into the file field of that name instead.
 */
export function receiveFiles(take) {
  let depth = 0;
  const show = (isOver) => root.classList.toggle("is-dropping", isOver);
  const brings = (event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragenter", (event) => {
    if (brings(event)) show(++depth > 0);
  });
  addEventListener("dragleave", (event) => {
    if (brings(event)) show((depth = Math.max(0, depth - 1)) > 0);
  });
  addEventListener("dragover", (event) => {
    if (brings(event)) event.preventDefault();
  });
  addEventListener("drop", (event) => {
    if (!brings(event)) return;
    event.preventDefault();
    show((depth = 0) > 0);
    const field = document.getElementById(event.target.closest("[data-drops-for]")?.dataset.dropsFor);
    if (field) fill(field, event.dataTransfer.files);
    else take([...event.dataTransfer.files]);
  });
  addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    // Office programs bring a picture of the text along: a field for text takes the text.
    const isText = event.clipboardData?.types.includes("text/plain") && event.target.closest?.("textarea, input");
    if (!files.length || isText) return;
    event.preventDefault();
    take(files);
  });
}

function fill(field, files) {
  field.files = files;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}
