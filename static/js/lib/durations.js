import { say } from "./words.js";

/** "0.4 s", "12 s", "2 min 5 s", as the server writes them. */
export function duration(seconds) {
  if (seconds < 9.95) return say("{seconds} s", { seconds: Math.max(seconds, 0).toFixed(1) });
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  const rest = whole % 60;
  if (!minutes) return say("{seconds} s", { seconds: whole });
  return rest ? say("{minutes} min {seconds} s", { minutes, seconds: rest }) : say("{minutes} min", { minutes });
}
