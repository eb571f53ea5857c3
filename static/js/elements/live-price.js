import { asked } from "../lib/asked.js";
import { isRestored } from "../lib/history.js";
import { tell } from "../lib/problems.js";
import { money } from "../lib/wording.js";
import { joined, say } from "../lib/words.js";

const PAUSE_MS = 250;
const OF_PICTURES = new Set(["edit", "vary"]); // they have no price without one
const PAUSE_WITH_PICTURES_MS = 600; // each answer looks at every pixel

/**
 * Keeps the price beside the button true while the form changes, and tells problems beside their fields.
 * `kind` is what the form asks for. Tells `quote` with the whole answer, for what else is in it.
 */
class LivePrice extends HTMLElement {
  #timer;
  #request;

  connectedCallback() {
    this.kind = this.getAttribute("kind");
    this.form = this.closest("form");
    this.about = this.querySelector("output");
    this.more = this.querySelector(".price-more");
    this.why = this.querySelector(".price-why");
    this.warnings = document.getElementById("price-warnings");
    this.querySelector("[name=preview]")?.remove();
    this.form.querySelector("[name=preview]")?.addEventListener("click", (event) => {
      event.preventDefault(); // Enter in a field: the price comes without leaving the page
      this.#later();
    });
    if (this.kind !== "generate" && this.more.hidden) this.#later();
    addEventListener("pageshow", () => {
      // After Back and reload browsers put back what was typed, without telling.
      if (isRestored()) this.#later();
    });
    for (const kind of ["input", "change", "offer"]) this.form.addEventListener(kind, () => this.#later());
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), this.kind === "generate" ? PAUSE_MS : PAUSE_WITH_PICTURES_MS);
  }

  async #ask() {
    this.#request?.abort();
    this.#request = new AbortController();
    const { images, headers, body } = asked(this.form, this.kind);
    if (OF_PICTURES.has(this.kind) && !images.length) {
      this.#refuse({ error: say("Add a picture first.") });
      return;
    }
    try {
      const response = await fetch("/api/quote", {
        method: "POST",
        headers: { ...headers, Accept: "application/json" },
        body,
        signal: this.#request.signal,
      });
      const answer = await response.json();
      this.#clear();
      if (response.ok) this.#show(answer);
      else this.#refuse(answer);
    } catch (error) {
      if (error.name !== "AbortError") this.#priced(false);
    }
  }

  /** That the prompt is missing stays said until there is one: the price does not need it. */
  #clear() {
    for (const place of this.form.querySelectorAll(".field-error:not([data-stays])")) {
      const name = place.id.replace(/-error$/, "");
      if (name !== "prompt" || this.form.elements.prompt.value.trim()) tell(name, "");
    }
  }

  #show(quote) {
    const [about, most] = [money(quote.estimate_usd), money(quote.at_most_usd)];
    const openEnded = Number(quote.at_most_usd) > 2 * Number(quote.estimate_usd);
    this.about.value = say("about {amount}", { amount: about });
    this.more.querySelector(".price-most").textContent = say("at most {amount}", { amount: most });
    this.more.querySelector(".price-told").textContent = joined(
      openEnded
        ? say("What you leave to the model decides the price: at most {amount}, if it chooses the dearest.", { amount: most })
        : say("You pay for what is really used: about {about}, and at most {most}.", { about, most }),
      this.hasAttribute("practice") ? say("Practice: nothing is charged.") : "",
    );
    this.#priced(true);
    this.#warn([...(quote.notes ?? []), ...quote.warnings, openEnded ? "" : quote.note].filter(Boolean));
    this.dispatchEvent(new CustomEvent("quote", { bubbles: true, detail: quote }));
  }

  #refuse(answer) {
    const untold = (answer.problems ?? []).filter((problem) => !tell(problem.field, problem.message));
    this.why.textContent = answer.problems ? say("The settings do not go together yet.") : answer.error;
    this.#priced(false);
    this.#warn(untold.map((problem) => problem.message));
  }

  #priced(isPriced) {
    if (!isPriced) this.about.value = say("no price yet");
    this.more.hidden = !isPriced;
    this.why.hidden = isPriced;
  }

  #warn(sentences) {
    this.warnings.textContent = joined(...sentences);
    this.warnings.hidden = !sentences.length;
  }
}

customElements.define("live-price", LivePrice);
