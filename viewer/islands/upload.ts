// Files dropped anywhere on the form that takes them in, and how much of them is sent. Without it the form works.

const form = document.querySelector<HTMLFormElement>("form#hand-in");

/** Say something below the form, to everybody. */
function say(form: HTMLFormElement, text: string): void {
  const place = form.querySelector("[role=status]");
  if (place) place.textContent = text;
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
    say(form, form.dataset["failed"] ?? "");
  });
  sending.hidden = false;
  button.disabled = true;
  say(form, form.dataset["sending"] ?? "");
  request.send(new FormData(form));
}

if (form) {
  const field = form.querySelector<HTMLInputElement>("input[type=file]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
  for (const kind of ["dragenter", "dragover"]) {
    form.addEventListener(kind, (event) => {
      event.preventDefault();
      form.classList.add("over");
    });
  }
  for (const kind of ["dragleave", "drop"]) form.addEventListener(kind, () => form.classList.remove("over"));
  // A file that misses the form must not take the page away.
  for (const kind of ["dragover", "drop"]) addEventListener(kind, (event) => event.preventDefault());
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    const files = event.dataTransfer?.files;
    if (!field || !files?.length) return;
    field.files = files;
    send(form);
  });
}
