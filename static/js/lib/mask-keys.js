const ACTIONS = {
  b: "brush",
  e: "eraser",
  r: "rectangle",
  l: "lasso",
  w: "words",
  "[": "smaller",
  "]": "larger",
  "+": "in",
  "=": "in",
  "-": "out",
  0: "fit",
};
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STEP = 8; // pixels of the screen, so that zooming in makes finer steps

/**
 * Leads the hand by keys. Arrows move the cursor; Space or Enter paints while it is held, or begins
 * and ends a shape. While the mouse leads, Space held is for moving the picture.
 */
export function followKeys(painter, stage, { view, hand, cursor, act, show }) {
  painter.addEventListener("keydown", (event) => {
    if (event.target.matches("input:not([type=range])")) return;
    const name = nameOf(event);
    if (name) act(name);
    else if (event.key === "Escape" && hand.isDown) hand.cancel();
    else if (event.key !== "Enter" || event.target.type !== "range") return; // it would send the form
    event.preventDefault();
  });

  stage.addEventListener("keydown", (event) => {
    const isPress = event.key === " " || event.key === "Enter";
    if (event.ctrlKey || event.metaKey || !(isPress || ARROWS[event.key])) return;
    event.preventDefault();
    if (ARROWS[event.key]) walk(ARROWS[event.key], event.shiftKey ? 5 * STEP : STEP);
    else if (event.key === " " && !cursor.byKeys) cursor.isHeld = true;
    else if (!event.repeat) press(event);
  });

  stage.addEventListener("keyup", (event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    cursor.isHeld = false;
    if (cursor.isPainting && !hand.isShaping) lift();
  });

  stage.addEventListener("focus", () => {
    if (stage.matches(":focus-visible")) appear();
  });
  stage.addEventListener("blur", () => {
    cursor.isHeld = false;
    if (cursor.isPainting) lift();
    cursor.isShown = false;
    show();
  });

  function appear() {
    cursor.byKeys = cursor.isShown = true;
    cursor.point ??= [view.width / 2, view.height / 2];
    show();
  }

  function walk([right, down], distance) {
    if (hand.isDown && !cursor.isPainting) return; // a pointer is at work
    appear();
    const step = Math.max(1, Math.round(distance / view.scale));
    const within = (value, edge) => Math.min(edge, Math.max(0, value));
    const [x, y] = cursor.point;
    cursor.point = [within(x + right * step, view.width), within(y + down * step, view.height)];
    view.reveal(cursor.point);
    if (cursor.isPainting) hand.move(cursor.point);
    show();
  }

  function press(event) {
    if (hand.isDown) {
      if (cursor.isPainting && hand.isShaping) lift();
      return;
    }
    appear();
    cursor.isPainting = true;
    hand.down(cursor.point, event.altKey);
    show();
  }

  function lift() {
    cursor.isPainting = false;
    if (hand.isDown) hand.up(Infinity);
  }
}

function nameOf(event) {
  const key = event.key.toLowerCase();
  const isCommand = (event.ctrlKey || event.metaKey) && !event.getModifierState("AltGraph");
  if (!isCommand) return ACTIONS[key];
  if (key === "z") return event.shiftKey ? "redo" : "undo";
  return key === "y" ? "redo" : null;
}
