// The one way for a text to become elements: fragments that this server drew (Trusted Types). Whatever else would
// write markup, or a script from a text, is stopped by the browser.

interface Policy {
  createHTML(text: string): string;
}

interface Factory {
  createPolicy(name: string, rules: Policy): Policy;
}

const plain: Policy = { createHTML: (text) => text };
const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes;

/** Lets a fragment through as it came: it is of our own templates, which escape every value. */
export const fragments: Policy = factory?.createPolicy("fragments", plain) ?? plain;
