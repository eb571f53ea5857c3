import { fetchPage, takeIn } from "../lib/pages.js";
import { tell } from "../lib/problems.js";
import { say } from "../lib/words.js";

const PAUSE_MS = 200;

/** Searches while one types and chooses. The address bar always holds the whole query. */
class LibrarySearch extends HTMLElement {
  #timer;
  #request;

  connectedCallback() {
    this.form = this.querySelector("form");
    this.form.addEventListener("input", (event) => {
      this.#later(event.target.matches("select, [type=checkbox]") ? 0 : PAUSE_MS);
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#later(0);
    });
  }

  #later(pause) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#search(), pause);
  }

  async #search() {
    this.#request?.abort();
    this.#request = new AbortController();
    const words = new URLSearchParams([...new FormData(this.form)].filter(([, value]) => value.trim()));
    const address = words.size ? `${this.form.action}?${words}` : this.form.action;
    let page;
    try {
      page = await fetchPage(address, { signal: this.#request.signal });
    } catch (error) {
      if (error.name !== "AbortError") tell("query", say("The studio could not be reached. Try again."));
      return;
    }
    if (!page.getElementById("found")) {
      location.assign(address); // signed out, say: the page itself tells
      return;
    }
    for (const place of this.form.querySelectorAll(".field-error")) {
      tell(place.id.replace(/-error$/, ""), page.getElementById(place.id)?.textContent ?? "");
    }
    takeIn(page, ".library-head", "#done", "#found");
    document.title = page.title;
    history.replaceState(history.state, "", address);
  }
}

customElements.define("library-search", LibrarySearch);
