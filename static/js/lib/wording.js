/** An amount in dollars, rounded for reading as the server does: 0.00588 → "$0.006". */
export function money(dollars) {
  const micro = Math.round(Number(dollars) * 1e6);
  if (micro <= 0) return "$0";
  if (micro < 1000) return "less than $0.001";
  const decimals = micro < 100_000 ? 3 : 2;
  const step = 10 ** (6 - decimals);
  const rounded = Math.floor((micro + step / 2) / step) / 10 ** decimals;
  return "$" + rounded.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** "0.4 s", "12 s", "2 min 5 s", as the server writes them. */
export function duration(seconds) {
  if (seconds < 9.95) return `${Math.max(seconds, 0).toFixed(1)} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (!minutes) return `${whole} s`;
  return whole % 60 ? `${minutes} min ${whole % 60} s` : `${minutes} min`;
}

/** "About 12 % will change", rounded as the server does: all and nothing are exact. */
export function marked(share) {
  if (!share) return "Nothing is marked yet";
  if (share === 1) return "All of it will change";
  const percent = Math.round(share * 100);
  if (percent < 1) return "Less than 1 % will change";
  return percent > 99 ? "More than 99 % will change" : `About ${percent} % will change`;
}
