// Makes words stand out in a text that is already drawn, by wrapping them; nothing is added, nothing lost.

/** Wide and narrow letters are the same word, and so are small and large ones. */
function folded(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}

/** Wrap every place of the words below an element. A text whose letters change their number is left as it is. */
export function markWords(below: Element, words: readonly string[]): void {
  const looked = words.map((word) => folded(word));
  const texts: Text[] = [];
  const walker = document.createTreeWalker(below, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) if (walker.currentNode instanceof Text) texts.push(walker.currentNode);
  for (const text of texts) if (!text.parentElement?.closest("mark")) markIn(text, looked);
}

function markIn(text: Text, looked: readonly string[]): void {
  const whole = folded(text.data);
  if (whole.length !== text.data.length) return;
  const places = looked
    .map((word) => ({ at: whole.indexOf(word), length: word.length }))
    .filter((place) => place.at >= 0)
    .toSorted((one, other) => one.at - other.at);
  const [first] = places;
  if (!first) return;
  const found = text.splitText(first.at);
  const rest = found.splitText(first.length);
  const mark = document.createElement("mark");
  found.replaceWith(mark);
  mark.append(found);
  markIn(rest, looked);
}
