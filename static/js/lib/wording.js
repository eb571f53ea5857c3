import { language, say } from "./words.js";

const currency = { style: "currency", currency: "USD" };

/** An amount in dollars, rounded for reading as the server does: 0.00588 → "$0.006". */
export function money(dollars) {
  const micro = Math.round(Number(dollars) * 1e6);
  if (micro <= 0) return amount(0, 0);
  if (micro < 1000) return say("less than {amount}", { amount: amount(0.001, 3) });
  const decimals = micro < 100_000 ? 3 : 2;
  const step = 10 ** (6 - decimals);
  return amount(Math.floor((micro + step / 2) / step) / 10 ** decimals, decimals);
}

function amount(dollars, decimals) {
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return dollars.toLocaleString(language === "en" ? "en-US" : language, { ...currency, ...digits });
}

/** "About 12 % will change", rounded as the server does: all and nothing are exact. */
export function marked(share) {
  if (!share) return say("Nothing is marked yet");
  if (share === 1) return say("All of it will change");
  const percent = Math.round(share * 100);
  if (percent < 1) return say("Less than 1 % will change");
  return percent > 99 ? say("More than 99 % will change") : say("About {percent} % will change", { percent });
}
