// Passkeys: fetches the question, lets the browser ask the person, and sends the form with the answer.
// Where the browser has no passkeys the forms stay hidden: a password and a code do the same.

type Answer = { toJSON(): unknown };

function forms(): HTMLFormElement[] {
  return [...document.querySelectorAll<HTMLFormElement>("form[data-passkey]")];
}

/** Ask the browser for a new key or for a signature, as the form says. */
async function ask(form: HTMLFormElement): Promise<Answer> {
  const question = await fetch(form.dataset["passkey"] ?? "", { cache: "no-store" });
  if (!question.ok) throw new Error("no question");
  const options: never = (await question.json()) as never;
  const credential =
    form.dataset["make"] === undefined
      ? await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) })
      : await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  if (!(credential instanceof PublicKeyCredential)) throw new Error("no passkey");
  return credential;
}

function tell(form: HTMLFormElement): void {
  form.querySelector("[role=alert]")?.remove();
  const said = document.createElement("p");
  said.className = "note attention";
  said.setAttribute("role", "alert");
  said.textContent = form.dataset["failed"] ?? "";
  form.append(said);
}

async function send(form: HTMLFormElement): Promise<void> {
  const field = form.querySelector<HTMLInputElement>("input[name=answer]");
  const button = form.querySelector("button");
  if (!field || button?.disabled) return;
  if (button) button.disabled = true;
  try {
    field.value = JSON.stringify((await ask(form)).toJSON());
    form.submit();
  } catch {
    // Given up, timed out or refused: all the same to the person.
    tell(form);
    if (button) button.disabled = false;
  }
}

if (window.isSecureContext && "PublicKeyCredential" in window) {
  for (const form of forms()) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void send(form);
    });
  }
}
