/** Whether this page was come back to or reloaded, so that fields may hold what was typed before. */
export function isRestored() {
  return performance.getEntriesByType("navigation")[0]?.type !== "navigate";
}
