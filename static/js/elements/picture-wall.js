import { isForAField } from "../lib/keys.js";
import { fetchPage, takeIn } from "../lib/pages.js";
import { MOVES, neighbour } from "../lib/wall-moves.js";
import { WallPages } from "../lib/wall-pages.js";
import { say } from "../lib/words.js";

const LEAVE_THE_PAGE = new Set(["zip", "edit"]);
const TAKE_AWAY = new Set(["delete", "restore"]);
const PRESSES = { Delete: "delete", Backspace: "delete", f: "favourite" };

/**
 * The pictures of the library: more of them as one scrolls, walked through with the arrows, selected with x,
 * Space, Shift and the pointer; what is done to the selected is done without leaving the page.
 */
class PictureWall extends HTMLElement {
  #anchor; // the tile from which Shift selects

  connectedCallback() {
    this.form = this.querySelector("form");
    this.list = this.querySelector(".wall");
    this.pages = new WallPages(this.form, () => this.#arrange());
    this.list.addEventListener("click", (event) => this.#click(event));
    this.list.addEventListener("focusin", (event) => this.#arrange(event.target.closest(".tile")));
    this.addEventListener("change", () => this.#count());
    this.form.addEventListener("reset", () => setTimeout(() => this.#count()));
    this.form.addEventListener("submit", (event) => this.#send(event));
    this.form.addEventListener("formdata", ({ formData }) => this.#pack(formData));
    this.form.addEventListener("keydown", (event) => this.#enter(event));
    this.listener = (event) => this.#key(event);
    document.addEventListener("keydown", this.listener);
    this.#arrange();
    this.#count();
  }

  disconnectedCallback() {
    this.pages.stop();
    document.removeEventListener("keydown", this.listener);
  }

  get #tiles() {
    return [...this.list.children];
  }

  get #selected() {
    return [...this.list.querySelectorAll(".tile:has(.pick:checked)")];
  }

  /** One stop for the Tab key; the arrows lead on from there. */
  #arrange(tile) {
    const tiles = this.#tiles;
    this.current = tile ?? (tiles.includes(this.current) ? this.current : tiles[0]);
    for (const one of this.list.querySelectorAll(":is(a, .pick):not([tabindex='-1'])")) one.tabIndex = -1;
    if (this.current) stop(this.current).tabIndex = 0;
  }

  #count() {
    this.querySelector("[data-count]").textContent = say("{count} selected", { count: this.#selected.length });
  }

  #select(tile, isSelected) {
    const pick = tile.querySelector(".pick");
    if (pick) pick.checked = isSelected;
    this.#count();
  }

  #selectTo(tile, isSelected = true) {
    const tiles = this.#tiles;
    const [from, to] = [tiles.indexOf(this.#anchor), tiles.indexOf(tile)].sort((a, b) => a - b);
    for (const one of tiles.slice(Math.max(from, 0), to + 1)) this.#select(one, isSelected);
  }

  #click(event) {
    const tile = event.target.closest(".tile");
    const pick = event.target.closest(".pick");
    if (pick) {
      if (event.shiftKey && this.#anchor) this.#selectTo(tile, pick.checked);
      this.#anchor = tile;
      return;
    }
    const isPointed = event.detail > 0 && event.target.closest("a.thumb") && !event.ctrlKey && !event.metaKey;
    if (!isPointed || tile.dataset.job || !(event.shiftKey || this.#selected.length)) return;
    event.preventDefault(); // while some are selected, pointing selects
    if (event.shiftKey && this.#anchor) this.#selectTo(tile);
    else this.#select(tile, !tile.querySelector(".pick").checked);
    this.#anchor = tile;
  }

  #key(event) {
    if (event.defaultPrevented || (isForAField(event) && !this.#isSelectAll(event))) return;
    const tile = this.list.contains(event.target) ? event.target.closest(".tile") : null;
    if (!tile && event.target !== document.body) return;
    const handled = MOVES.has(event.key) ? this.#move(event, tile) : this.#press(event, tile);
    if (handled) event.preventDefault();
  }

  #isSelectAll(event) {
    return (event.ctrlKey || event.metaKey) && event.key === "a" && this.list.contains(event.target);
  }

  #move(event, tile) {
    if (!tile && !["ArrowLeft", "ArrowRight"].includes(event.key)) return false; // the page scrolls
    const target = tile ? neighbour(this.#tiles, tile, event.key) : this.current;
    if (!target) return Boolean(tile);
    if (event.shiftKey && tile) {
      if (!this.#selected.length) this.#anchor = tile;
      this.#selectTo(target);
    }
    stop(target).focus();
    return true;
  }

  #press(event, tile) {
    if (this.#isSelectAll(event)) {
      for (const one of this.#tiles) this.#select(one, true);
      return true;
    }
    switch (event.key) {
      case "x":
      case " ":
        if (!tile || (event.key === " " && event.target.matches(".pick"))) return false;
        this.#anchor = tile;
        this.#select(tile, !tile.querySelector(".pick")?.checked);
        return true;
      case "Escape":
        this.form.reset();
        return false;
      case "t":
        return this.#act(tile, () => this.#openTags());
      case "e":
      case "v":
        tile?.querySelector(`.thumb-actions [href^="/${event.key === "e" ? "edit" : "vary"}"]`)?.click();
        return Boolean(tile);
    }
    const does = PRESSES[event.key];
    return Boolean(does) && this.#act(tile, () => this.form.requestSubmit(this.#button(does)));
  }

  /** With what is selected, or else with the picture that has the focus. */
  #act(tile, act) {
    if (!this.#selected.length && tile) this.#select(tile, true);
    if (this.#selected.length) act();
    return this.#selected.length > 0;
  }

  #button(does) {
    const wanted = does === "favourite" && this.#selected.every((tile) => tile.querySelector(".tile-star")) ? "unfavourite" : does;
    return this.querySelector(`[name=do][value=${wanted}]`);
  }

  #openTags() {
    const field = this.querySelector("[name=tags]");
    if (!field) return;
    field.closest("details").open = true;
    field.focus();
  }

  /** Enter in a field of the bar is its own button. */
  #enter(event) {
    const panel = event.target.closest(".bulk .menu");
    if (event.key !== "Enter" || !panel || !event.target.matches("input")) return;
    event.preventDefault();
    this.form.requestSubmit(panel.querySelector("[name=do]"));
  }

  /** A form has room for few fields, and a long wall for many pictures. */
  #pack(formData) {
    const ids = formData.getAll("id");
    formData.delete("id");
    formData.set("ids", ids.join(" "));
  }

  async #send(event) {
    const button = event.submitter;
    if (LEAVE_THE_PAGE.has(button?.value)) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(this.form, button));
    const done = document.getElementById("done");
    try {
      const page = await fetchPage(this.form.action, { method: "POST", body });
      if (!page.getElementById("done")) throw new Error("led elsewhere: signed out, say");
      this.#show(page, button.value, body.has("whole"));
    } catch {
      done.replaceChildren(Object.assign(document.createElement("p"), { textContent: say("That could not be done. Reload the page and try again."), className: "done-trouble" }));
    }
  }

  #show(page, does, isWhole) {
    const isDone = !page.querySelector(".done-trouble");
    const [tiles, selected] = [this.#tiles, this.#selected];
    for (const panel of this.querySelectorAll(".bulk .menu[open]")) panel.open = false;
    takeIn(page, "#done", "#tags-known", ".chosen-count");
    if (!isDone) return;
    this.#mark(selected, does);
    const goes = TAKE_AWAY.has(does);
    if (isWhole || (goes && selected.length === tiles.length)) {
      takeIn(page, "#found");
      return;
    }
    if (goes) {
      const next = tiles.slice(tiles.indexOf(selected.at(-1))).find((tile) => !selected.includes(tile));
      for (const tile of selected) tile.remove();
      this.#arrange(next);
    }
    const bar = page.querySelector(".bulk");
    if (bar) this.querySelector(".bulk").replaceWith(bar);
    this.#count();
    if (this.current) stop(this.current).focus();
  }

  #mark(tiles, does) {
    for (const tile of tiles) {
      if (does === "unfavourite") tile.querySelector(".tile-star")?.remove();
      if (does !== "favourite" || tile.querySelector(".tile-star")) continue;
      const star = Object.assign(document.createElement("span"), { className: "tile-star", textContent: "★", role: "img" });
      star.setAttribute("aria-label", say("Favourite"));
      tile.append(star);
    }
  }
}

function stop(tile) {
  return tile.querySelector("a.thumb, .pick");
}

customElements.define("picture-wall", PictureWall);
