/** The painter's own markup: the page has only what works without it. */
export function layDesk() {
  const desk = document.createElement("div");
  desk.className = "painter";
  desk.innerHTML = `
    <div class="painter-work" hidden>
      <div class="painter-bar">
        ${group("Tool", [["brush", "Brush", "B"], ["eraser", "Eraser", "E"], ["rectangle", "Rectangle", "R"], ["lasso", "Lasso", "L"]])}
        <label class="painter-size">Size <input type="range" min="1" aria-keyshortcuts="[ ]"></label>
      </div>
      <div class="painter-stage" tabindex="0" role="application" aria-label="Mark what should change" aria-describedby="painter-keys">
        <div class="painter-sheet"><canvas></canvas></div>
        <svg class="painter-marks" aria-hidden="true"><path></path><path></path></svg>
      </div>
      <div class="painter-bar">
        ${group("History", [["undo", "Undo", "Control+Z"], ["redo", "Redo", "Control+Y"]])}
        ${group("All of it", [["fill", "Fill all"], ["clear", "Clear"], ["invert", "Invert"]])}
        ${group("Zoom", [["out", "−", "-", "Zoom out"], ["fit", "Fit", "0"], ["in", "+", "+", "Zoom in"]])}
      </div>
    </div>
    <p class="painter-status" role="status"></p>
    <details class="quiet">
      <summary>Keys and fingers</summary>
      <p id="painter-keys">Arrow keys move the cursor, with Shift faster. Hold Space or Enter to paint; for a rectangle or
        lasso press it at the start and again at the end. Alt erases, Escape takes back. Two fingers, the middle button or
        Space with the mouse move the picture; Ctrl with the wheel zooms.</p>
    </details>`;
  return desk;
}

function group(label, buttons) {
  const made = buttons.map(
    ([act, text, key = "", name = text]) =>
      `<button type="button" class="button" data-act="${act}" aria-label="${name}"` +
      (label === "Tool" ? ' aria-pressed="false"' : "") +
      (key && ` aria-keyshortcuts="${key}" title="${name} (${key})"`) +
      `>${text}</button>`,
  );
  return `<div class="painter-group" role="group" aria-label="${label}">${made.join("")}</div>`;
}
