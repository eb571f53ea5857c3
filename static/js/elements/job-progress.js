import { duration } from "../lib/durations.js";
import { say } from "../lib/words.js";

const LOOK_EVERY_MS = 1000;
const OPEN = new Set(["queued", "submitted", "waiting"]);

/**
 * Follows an open job: counts the seconds, shows previews as they come, and takes in the page's new
 * content when the job moves. Listens to the event stream; where none is to be had (too many are
 * open, or a proxy swallows them) it looks every second instead. Tells `job-ended` {page}: the page as it is then.
 */
class JobProgress extends HTMLElement {
  connectedCallback() {
    if (!OPEN.has(this.getAttribute("state"))) return;
    this.#begin();
    this.tick = setInterval(() => this.#tick(), 100);
    this.#listen();
  }

  disconnectedCallback() {
    this.events?.close();
    clearInterval(this.look);
    clearInterval(this.tick);
  }

  #begin() {
    this.clock = this.querySelector("[data-elapsed]");
    this.slow = this.querySelector("[data-slow]");
    this.began = performance.now() - 1000 * Number(this.clock?.dataset.elapsed ?? 0);
  }

  #tick() {
    const seconds = (performance.now() - this.began) / 1000;
    if (this.clock) this.clock.textContent = duration(seconds);
    if (this.slow) this.slow.hidden = seconds < Number(this.slow.dataset.slow);
  }

  #listen() {
    this.events = new EventSource(`/api/jobs/${this.getAttribute("job")}/events`);
    this.events.addEventListener("open", () => this.#lost(false));
    this.events.addEventListener("partial", (event) => this.#preview(JSON.parse(event.data)));
    for (const kind of ["state", "done", "failed"]) this.events.addEventListener(kind, () => this.#look());
    this.events.addEventListener("error", () => {
      if (this.events.readyState === EventSource.CLOSED) this.#poll();
      else this.#lost(true); // the browser connects again by itself and resumes
    });
  }

  #poll() {
    this.look ??= setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  /** Swaps a preview in once it is decoded, so that the one before it stays until then. */
  async #preview({ ordinal, url }) {
    const frame = this.querySelector(`[data-ordinal="${ordinal}"]`);
    if (!frame) return;
    const image = new Image();
    image.className = "preview";
    image.alt = say("Preview, not the finished picture");
    image.src = url;
    try {
      await image.decode();
    } catch {
      return; // the finished picture is what counts, and it is on its way
    }
    frame.querySelector(".preview")?.remove();
    frame.append(image);
  }

  async #look() {
    if (this.busy) {
      this.again = true;
      return;
    }
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
      this.#poll();
    } finally {
      this.busy = false;
      if (this.again) {
        this.again = false;
        this.#look();
      }
    }
  }

  /** The page itself is the one place that knows how a job looks. */
  async #takeIn() {
    const response = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!response.ok) throw new Error(String(response.status));
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector(`job-progress[job="${this.getAttribute("job")}"]`);
    for (const name of ["state", "pictures"]) this.setAttribute(name, fresh.getAttribute(name));
    this.replaceChildren(...fresh.childNodes);
    document.title = page.title;
    document.getElementById("job-announcement").textContent = this.querySelector("h1, [data-announce]")?.textContent ?? "";
    if (OPEN.has(this.getAttribute("state"))) this.#begin();
    else this.#end(page);
  }

  #end(page) {
    this.disconnectedCallback();
    this.dispatchEvent(new CustomEvent("job-ended", { bubbles: true, detail: { page } }));
  }

  #lost(isLost) {
    const place = this.querySelector("[data-lost]");
    if (place) place.hidden = !isLost;
  }
}

customElements.define("job-progress", JobProgress);
