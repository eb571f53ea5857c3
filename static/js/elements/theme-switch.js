/** Changes the theme where one is, so that nothing that was typed or drawn goes with a new page. */
class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    const form = this.querySelector("form");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const { value } = event.submitter;
      const body = new FormData(form, event.submitter);
      fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => form.submit());
      this.#show(value);
    });
  }

  #show(theme) {
    document.documentElement.dataset.theme = theme;
    for (const button of this.querySelectorAll("button")) button.ariaPressed = String(button.value === theme);
    for (const meta of document.querySelectorAll("meta[name=theme-color]")) {
      meta.media = theme === "system" ? `(prefers-color-scheme: ${meta.dataset.of})` : meta.dataset.of === theme ? "all" : "not all";
    }
  }
}

customElements.define("theme-switch", ThemeSwitch);
