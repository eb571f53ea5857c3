const YOUNG_MS = 300;

/**
 * Leads the hand by mouse, pen and fingers. One finger paints, two move and zoom; what the first one
 * had begun when the second came is taken back while it is young. `cursor` is shared with the keys:
 * its `point`, whether it `isShown`, led `byKeys`, and `isHeld`, for moving the picture; `show()` draws it.
 */
export function followPointers(stage, { view, hand, cursor, show }) {
  const down = new Map();
  let doing, kind, began;

  stage.addEventListener("pointerdown", (event) => {
    const isTouch = event.pointerType === "touch";
    if (event.button === 2 || down.size > 1 || (down.size && !(isTouch && kind === "touch"))) return;
    stage.setPointerCapture(event.pointerId);
    stage.focus({ preventScroll: true });
    down.set(event.pointerId, event);
    if (down.size === 2) {
      if (hand.isDown) event.timeStamp - began < YOUNG_MS ? hand.cancel() : hand.up(view.scale);
      doing = "move";
      return;
    }
    [kind, began] = [event.pointerType, event.timeStamp];
    doing = event.button === 1 || cursor.isHeld ? "move" : "paint";
    hover(event);
    if (doing === "paint") hand.down(view.onMap(event), event.altKey || event.button === 5);
  });

  stage.addEventListener("pointermove", (event) => {
    if (!down.has(event.pointerId)) {
      if (!down.size) hover(event);
      return;
    }
    if (doing === "move") move(event);
    else lead(event);
  });

  for (const kind of ["pointerup", "pointercancel", "lostpointercapture"]) {
    stage.addEventListener(kind, (event) => {
      if (!down.has(event.pointerId)) return;
      if (doing === "paint" && kind === "pointerup") lead(event);
      down.delete(event.pointerId);
      if (doing === "paint" && hand.isDown) hand.up(view.scale);
    });
  }
  stage.addEventListener("pointerleave", () => {
    if (down.size || cursor.byKeys) return;
    cursor.isShown = false;
    show();
  });
  stage.addEventListener("mousedown", (event) => event.button === 1 && event.preventDefault()); // no autoscroll
  stage.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return; // the page scrolls
      event.preventDefault();
      view.zoom(Math.exp(-event.deltaY / (event.deltaMode ? 5 : 150)), event);
    },
    { passive: false },
  );

  function hover(event) {
    Object.assign(cursor, { point: view.onMap(event), byKeys: false, isShown: true });
    show();
  }

  function lead(event) {
    down.set(event.pointerId, event);
    if (!hand.isDown) return;
    const steps = event.getCoalescedEvents?.() ?? [];
    for (const step of steps.length ? steps : [event]) hand.move(view.onMap(step));
    hover(event);
  }

  function move(event) {
    const before = between(down);
    down.set(event.pointerId, event);
    const after = between(down);
    view.zoom(before.apart ? after.apart / before.apart : 1, after, before);
  }
}

/** The middle of one or two pointers, and how far apart they are. */
function between(down) {
  const [a, b = a] = down.values();
  return {
    clientX: (a.clientX + b.clientX) / 2,
    clientY: (a.clientY + b.clientY) / 2,
    apart: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY),
  };
}
