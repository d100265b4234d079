// A scanned letter brings its code behind the `#` of the address, which no server sees. It goes into the form and
// out of the address, so that it stands in no history; the person still presses the button.

const field = document.querySelector<HTMLInputElement>("#invitation input[name=code]");
const code = location.hash.slice(1);

if (field && /^[0-9A-Za-z-]{1,80}$/u.test(code)) {
  history.replaceState(null, "", location.pathname);
  field.value = code;
  field.form?.querySelector<HTMLButtonElement>("button")?.focus();
}
