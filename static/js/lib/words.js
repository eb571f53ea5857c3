const page = document.getElementById("words");
const words = page ? JSON.parse(page.textContent) : {};

/** The page's language, as `<html lang>` has it. */
export const language = document.documentElement.lang;

/** A sentence in the page's language: say("{name} was kept", { name }). The template is a literal, for the catalogue. */
export function say(template, values = {}) {
  return filled(words[template] ?? template, values);
}

/** The sentence for a number: sayCounted(n, "{count} picture", "{count} pictures"). */
export function sayCounted(count, one, many, values = {}) {
  return filled(words[one] ?? (count === 1 ? one : many), { count, ...values });
}

function filled(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** The sentences after each other, without the empty ones. */
export function joined(...sentences) {
  return sentences
    .filter(Boolean)
    .reduce((sentence, next_sentence) => say("{sentence} {next_sentence}", { sentence, next_sentence }), "")
    .trim();
}
