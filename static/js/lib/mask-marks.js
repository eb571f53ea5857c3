/** Draws over the stage what a hand is at: the ring of the brush, the cursor of the keys, a shape's outline. */
export function drawMarks(stage, { cursor, hand, view }) {
  const marks = hand.outline.map((corner, at) => `${at ? "L" : "M"}${view.onStage(corner)}`);
  if (marks.length) marks.push("Z");
  if (cursor.isShown) {
    const [x, y] = view.onStage(cursor.point);
    const r = Math.max(3, hand.radius * view.scale);
    if (!hand.isShaping) marks.push(`M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`);
    if (cursor.byKeys) marks.push(`M${x - 9} ${y}h18M${x} ${y - 9}v18`);
  }
  for (const path of stage.querySelectorAll(".painter-marks path")) path.setAttribute("d", marks.join(""));
}
