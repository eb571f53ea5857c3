// Each element improves one piece of a page that works without it; any of them could be deleted.
// A page names the scripts of those that it comes with; here are loaded those that come to it afterwards,
// and those marked `later` when the details that hold them are opened.
const asked = new Set();

function load() {
  for (const element of document.querySelectorAll(":not(:defined)")) {
    const name = element.localName;
    if (asked.has(name) || (element.hasAttribute("later") && element.closest("details:not([open])"))) continue;
    asked.add(name);
    import(`./elements/${name}.js`);
  }
}

new MutationObserver(load).observe(document, { childList: true, subtree: true, attributeFilter: ["open"] });
load();
