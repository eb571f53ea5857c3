/** What lies over the stage while a hand is at work: the ring of the brush, the cursor of the keys, a shape's outline. */
export function marksOf({ cursor, hand, view }) {
  const marks = hand.outline.map((corner, at) => `${at ? "L" : "M"}${view.onStage(corner)}`);
  if (marks.length) marks.push("Z");
  if (cursor.point && cursor.isShown) {
    const [x, y] = view.onStage(cursor.point);
    const r = Math.max(3, hand.radius * view.scale);
    if (!hand.isShaping) marks.push(`M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`);
    if (cursor.byKeys) marks.push(`M${x - 9} ${y}h18M${x} ${y - 9}v18`);
  }
  return marks.join("");
}
