import { fetchPage } from "./pages.js";

const AHEAD = "1500px"; // far enough that rows are filled before they are seen
const LOOK_EVERY_MS = 2000;

/** Brings the next page as the end of the wall comes near, and the finished pictures of jobs under way. */
export class WallPages {
  #list;
  #form;
  #changed;
  #observer;
  #look;

  /** `changed` is called whenever there are new tiles. */
  constructor(form, changed) {
    this.#form = form;
    this.#list = form.querySelector(".wall");
    this.#changed = changed;
    this.#observer = new IntersectionObserver((entries) => this.#reach(entries), { rootMargin: AHEAD });
    this.#watch();
    this.#look = setInterval(() => this.#lookAtJobs(), LOOK_EVERY_MS);
  }

  stop() {
    this.#observer.disconnect();
    clearInterval(this.#look);
  }

  #watch() {
    const link = this.#form.querySelector("a[rel=next]");
    if (link) this.#observer.observe(link);
  }

  async #reach(entries) {
    const link = entries.find((entry) => entry.isIntersecting)?.target;
    if (!link) return;
    this.#observer.unobserve(link);
    try {
      const page = await fetchPage(link.href);
      this.#list.append(...this.#unknown(page));
      const next = page.querySelector(".wall-form a[rel=next]");
      if (next) link.replaceWith(next);
      else link.remove();
      this.#changed();
      this.#watch();
    } catch {
      // The link is still there, to be followed.
    }
  }

  #unknown(page) {
    const known = new Set([...this.#list.querySelectorAll(".pick")].map((pick) => pick.value));
    return [...page.querySelectorAll(".tile:not([data-job])")].filter((tile) => !known.has(tile.querySelector(".pick").value));
  }

  async #lookAtJobs() {
    const coming = [...this.#list.querySelectorAll("[data-job]")];
    if (!coming.length) clearInterval(this.#look);
    if (!coming.length || document.hidden) return;
    try {
      const page = await fetchPage(location.href);
      const still = [...page.querySelectorAll("[data-job]")];
      const drawn = this.#unknown(page);
      if (!drawn.length && still.length === coming.length) return;
      for (const tile of coming) tile.remove();
      this.#list.prepend(...still, ...drawn);
      this.#changed();
    } catch {
      // It is looked at again in a moment.
    }
  }
}
