import { isRestored } from "../lib/history.js";
import { tell } from "../lib/problems.js";
import { money } from "../lib/wording.js";

const PAUSE_MS = 250;
const NOT_ASKED = new Set(["csrf_token", "submission", "width", "height"]);
const NUMBERS = new Set(["n", "output_compression", "partial_images", "frame_count", "frame_duration_ms"]);

/** Keeps the price beside the button true while the form changes, and tells problems beside their fields. */
class LivePrice extends HTMLElement {
  #timer;
  #request;

  connectedCallback() {
    this.form = this.closest("form");
    this.about = this.querySelector("output");
    this.note = this.querySelector("[data-price-note]");
    this.warnings = document.getElementById("price-warnings");
    this.querySelector("[name=preview]")?.remove();
    addEventListener("pageshow", () => {
      // After Back and reload browsers put back what was typed, without telling.
      if (isRestored()) this.#later();
    });
    for (const kind of ["input", "change", "offer"]) this.form.addEventListener(kind, () => this.#later());
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), PAUSE_MS);
  }

  async #ask() {
    this.#request?.abort();
    this.#request = new AbortController();
    try {
      const response = await fetch("/api/quote", {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify(this.#body()),
        signal: this.#request.signal,
      });
      const answer = await response.json();
      this.#clear();
      if (response.ok) this.#show(answer);
      else this.#refuse(answer);
    } catch (error) {
      if (error.name !== "AbortError") this.about.value = "no price yet";
    }
  }

  /** The form as the JSON interface takes it. What is not a whole number stays a text, for the answer to say so. */
  #body() {
    const body = { kind: "generate" };
    for (const [name, text] of new FormData(this.form)) {
      const value = name === "prompt" ? text : text.trim();
      if (NOT_ASKED.has(name) || value === "") continue;
      body[name] = NUMBERS.has(name) && /^[+-]?\d{1,15}$/.test(value) ? Number(value) : value;
    }
    if (body.size === "custom") {
      const { width, height } = this.form.elements;
      body.size = `${width.value.trim()}x${height.value.trim()}`;
      if (!width.value.trim() || !height.value.trim()) delete body.size;
    }
    if (!body.prompt?.trim()) body.prompt = "."; // the price of the settings, before anything is written
    return body;
  }

  /** That the prompt is missing stays said until there is one: the price does not need it. */
  #clear() {
    for (const place of this.form.querySelectorAll(".field-error")) {
      const name = place.id.replace(/-error$/, "");
      if (name !== "prompt" || this.form.elements.prompt.value.trim()) tell(name, "");
    }
  }

  #show(quote) {
    this.about.value = `about ${money(quote.estimate_usd)}`;
    const openEnded = Number(quote.at_most_usd) > 2 * Number(quote.estimate_usd);
    this.note.textContent =
      `At most ${money(quote.at_most_usd)}${openEnded ? ", if the model chooses the dearest" : ""}.` +
      (this.hasAttribute("practice") ? " Practice: nothing is charged." : "");
    this.#warn([...quote.warnings, openEnded ? "" : quote.note].filter(Boolean));
  }

  #refuse(answer) {
    this.about.value = "no price yet";
    const untold = (answer.problems ?? []).filter((problem) => !tell(problem.field, problem.message));
    this.note.textContent = answer.problems ? "The settings do not go together yet." : answer.error;
    this.#warn(untold.map((problem) => problem.message));
  }

  #warn(sentences) {
    this.warnings.textContent = sentences.join(" ");
    this.warnings.hidden = !sentences.length;
  }
}

customElements.define("live-price", LivePrice);
