/** The tile that an arrow key leads to from another; up and down, the one of the next row that lies nearest. */
export function neighbour(tiles, from, key) {
  const index = tiles.indexOf(from);
  if (key === "ArrowLeft" || key === "ArrowRight") return tiles[index + (key === "ArrowLeft" ? -1 : 1)];
  if (key === "Home" || key === "End") return tiles.at(key === "Home" ? 0 : -1);
  const step = key === "ArrowUp" ? -1 : 1;
  const [middle, top] = [middleOf(from), from.offsetTop];
  let best;
  let row;
  for (let i = index + step; tiles[i]; i += step) {
    if (tiles[i].offsetTop === top) continue;
    row ??= tiles[i].offsetTop;
    if (tiles[i].offsetTop !== row) break;
    if (!best || Math.abs(middleOf(tiles[i]) - middle) < Math.abs(middleOf(best) - middle)) best = tiles[i];
  }
  return best;
}

export const MOVES = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"]);

function middleOf(tile) {
  return tile.offsetLeft + tile.offsetWidth / 2;
}
