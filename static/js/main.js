// Each element improves one piece of a page that works without it; any of them could be deleted.
// A page names the scripts of those that it comes with; here are loaded those that come to it afterwards,
// and those marked `later` when the details that hold them are opened, with their styles if it names some.
const asked = new Set();

function load() {
  for (const element of document.querySelectorAll(":not(:defined)")) {
    const name = element.localName;
    const styles = element.getAttribute("later");
    if (asked.has(name) || (styles !== null && element.closest("details:not([open])"))) continue;
    asked.add(name);
    if (styles) bring(styles).then(() => import(`./elements/${name}.js`));
    else import(`./elements/${name}.js`);
  }
}

function bring(styles) {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: styles });
  document.head.append(link);
  return new Promise((resolve) => link.addEventListener("load", resolve));
}

new MutationObserver(load).observe(document, { childList: true, subtree: true, attributeFilter: ["open"] });
load();
