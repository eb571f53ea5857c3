import { asked } from "./asked.js";
import { tell } from "./problems.js";
import { money } from "./wording.js";
import { joined, say } from "./words.js";

const OF_PICTURES = new Set(["edit", "vary"]); // they have no price without one

let request;

/** Asks what the form would cost as it stands, and shows the answer at the place of its price, a `live-price`. */
export async function ask(place) {
  request?.abort();
  request = new AbortController();
  const { images, headers, body } = asked(place.form, place.kind);
  if (OF_PICTURES.has(place.kind) && !images.length) {
    refuse(place, { error: say("Add a picture first.") });
    return;
  }
  try {
    const response = await fetch("/api/quote", {
      method: "POST",
      headers: { ...headers, Accept: "application/json" },
      body,
      signal: request.signal,
    });
    const answer = await response.json();
    clear(place);
    if (response.ok) show(place, answer);
    else refuse(place, answer);
  } catch (error) {
    if (error.name !== "AbortError") priced(place, false);
  }
}

/** That the prompt is missing stays said until there is one: the price does not need it. */
function clear(place) {
  for (const error of place.form.querySelectorAll(".field-error:not([data-stays])")) {
    const name = error.id.replace(/-error$/, "");
    if (name !== "prompt" || place.form.elements.prompt.value.trim()) tell(name, "");
  }
}

function show(place, quote) {
  const [about, most] = [money(quote.estimate_usd), money(quote.at_most_usd)];
  const openEnded = Number(quote.at_most_usd) > 2 * Number(quote.estimate_usd);
  place.about.value = say("about {amount}", { amount: about });
  place.more.querySelector(".price-most").textContent = say("at most {amount}", { amount: most });
  place.more.querySelector(".price-told").textContent = joined(
    openEnded
      ? say("What you leave to the model decides the price: at most {amount}, if it chooses the dearest.", { amount: most })
      : say("You pay for what is really used: about {about}, and at most {most}.", { about, most }),
    place.hasAttribute("practice") ? say("Practice: nothing is charged.") : "",
  );
  priced(place, true);
  warn(place, [...(quote.notes ?? []), ...quote.warnings, openEnded ? "" : quote.note].filter(Boolean));
  place.dispatchEvent(new CustomEvent("quote", { bubbles: true, detail: quote }));
}

function refuse(place, answer) {
  const untold = (answer.problems ?? []).filter((problem) => !tell(problem.field, problem.message));
  place.why.textContent = answer.problems ? say("The settings do not go together yet.") : answer.error;
  priced(place, false);
  warn(place, untold.map((problem) => problem.message));
}

function priced(place, isPriced) {
  if (!isPriced) place.about.value = say("no price yet");
  place.more.hidden = !isPriced;
  place.why.hidden = isPriced;
}

function warn(place, sentences) {
  place.warnings.textContent = joined(...sentences);
  place.warnings.hidden = !sentences.length;
}
