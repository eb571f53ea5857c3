import { duration } from "../lib/wording.js";

const LOOK_EVERY_MS = 1000;
const OPEN = new Set(["queued", "submitted", "waiting"]);

/** Follows an open job: counts the seconds, looks how it stands, and takes in the page's new content. */
class JobProgress extends HTMLElement {
  connectedCallback() {
    if (!OPEN.has(this.getAttribute("state"))) return;
    this.#begin();
    this.look = setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.tick = setInterval(() => this.#tick(), 100);
  }

  disconnectedCallback() {
    clearInterval(this.look);
    clearInterval(this.tick);
  }

  #begin() {
    this.clock = this.querySelector("[data-elapsed]");
    this.began = performance.now() - 1000 * Number(this.clock?.dataset.elapsed ?? 0);
  }

  #tick() {
    if (this.clock) this.clock.textContent = duration((performance.now() - this.began) / 1000);
  }

  async #look() {
    if (this.busy) return;
    this.busy = true;
    try {
      const response = await fetch(`/api/jobs/${this.getAttribute("job")}`, { headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(String(response.status));
      const job = await response.json();
      this.#lost(false);
      const moved = job.state !== this.getAttribute("state") || String(job.images.length) !== this.getAttribute("pictures");
      if (moved) await this.#takeIn();
    } catch {
      this.#lost(true);
    } finally {
      this.busy = false;
    }
  }

  /** The page itself is the one place that knows how a job looks. */
  async #takeIn() {
    const response = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!response.ok) throw new Error(String(response.status));
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("job-progress");
    for (const name of ["state", "pictures"]) this.setAttribute(name, fresh.getAttribute(name));
    this.replaceChildren(...fresh.childNodes);
    document.title = page.title;
    document.getElementById("job-announcement").textContent = this.querySelector("h1")?.textContent ?? "";
    if (OPEN.has(this.getAttribute("state"))) this.#begin();
    else this.disconnectedCallback();
  }

  #lost(isLost) {
    const place = this.querySelector("[data-lost]");
    if (place) place.hidden = !isLost;
  }
}

customElements.define("job-progress", JobProgress);
