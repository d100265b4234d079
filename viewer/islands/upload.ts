// Files dropped anywhere on the form that takes them in, and how much of them is sent. Without it the form works.

const handIn = document.querySelector<HTMLFormElement>("form#hand-in");

/** Say something below the form, to everybody. */
function say(form: HTMLFormElement, text: string): void {
  const place = form.querySelector("[role=status]");
  if (place) place.textContent = text;
}

/** The sentence in which the server says why not; nothing where the answer is not of ours. Text, never markup. */
function reason(request: XMLHttpRequest): string {
  if (!request.getResponseHeader("content-type")?.startsWith("application/problem+json")) return "";
  try {
    const told: unknown = JSON.parse(request.responseText);
    const detail = told instanceof Object && "detail" in told ? told.detail : "";
    return typeof detail === "string" ? detail : "";
  } catch {
    return "";
  }
}

/** Send the form with progress; the answer is a page like any other. */
function send(form: HTMLFormElement): void {
  const field = form.querySelector<HTMLInputElement>("input[type=file]");
  const bar = form.querySelector("progress");
  const sending = form.querySelector<HTMLElement>(".sending");
  const button = form.querySelector("button");
  if (!field?.files?.length || !bar || !sending || !button) return;
  const most = Number(form.dataset["most"]);
  const large = [...field.files].find((file) => file.size > most);
  if (large) {
    say(form, `${large.name}: ${form.dataset["large"] ?? ""}`);
    return;
  }
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) bar.value = (event.loaded / event.total) * 100;
  });
  const ended = (): void => {
    sending.hidden = true;
    button.disabled = false;
  };
  request.addEventListener("error", () => {
    ended();
    say(form, form.dataset["failed"] ?? "");
  });
  request.addEventListener("load", () => {
    if (request.status < 400) {
      location.assign(request.responseURL);
      return;
    }
    ended();
    say(form, reason(request) || (form.dataset["failed"] ?? ""));
  });
  sending.hidden = false;
  button.disabled = true;
  say(form, form.dataset["sending"] ?? "");
  request.send(new FormData(form));
}

if (handIn) {
  const field = handIn.querySelector<HTMLInputElement>("input[type=file]");
  handIn.addEventListener("submit", (event) => {
    event.preventDefault();
    send(handIn);
  });
  for (const kind of ["dragenter", "dragover"]) {
    handIn.addEventListener(kind, (event) => {
      event.preventDefault();
      handIn.classList.add("over");
    });
  }
  for (const kind of ["dragleave", "drop"]) handIn.addEventListener(kind, () => handIn.classList.remove("over"));
  // A file that misses the form must not take the page away.
  for (const kind of ["dragover", "drop"]) addEventListener(kind, (event) => event.preventDefault());
  handIn.addEventListener("drop", (event) => {
    event.preventDefault();
    const files = event.dataTransfer?.files;
    if (!field || !files?.length) return;
    field.files = files;
    send(handIn);
  });
}
