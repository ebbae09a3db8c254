// The Markdown editor: buttons, images with their alternative text, and the page as it will be.
//
// Tab is never caught. A preview that arrives late, or is an error, is not shown.

const dialog = document.querySelector("#image-dialog");
const preview = document.querySelector("[data-typed-preview]");

// Typed as if by hand, so that « undo » takes it back.
const insert = (area, text) => {
  area.focus();
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
};

const surround = (area, before, after, sample) => {
  const { selectionStart: start, selectionEnd: end } = area;
  const text = area.value.slice(start, end) || sample;
  insert(area, before + text + after);
  area.setSelectionRange(start + before.length, start + before.length + text.length);
};

const startLines = (area, mark, sample) => {
  const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const text = area.value.slice(start, area.selectionEnd) || sample;
  area.setSelectionRange(start, area.selectionEnd);
  const gap = start > 1 && area.value.slice(start - 2, start) !== "\n\n" ? "\n" : "";
  insert(area, gap + text.split("\n").map((line) => mark + line).join("\n"));
};

const alone = (area, text) => {
  const before = area.value.slice(0, area.selectionStart);
  const after = area.value.slice(area.selectionEnd);
  const gap = (edge, there) => (!there || edge.test(there) ? "" : "\n\n");
  insert(area, gap(/\n\n$/, before) + text + gap(/^\n\n/, after));
};

const MARKS = {
  bold: (area) => surround(area, "**", "**", "texte important"),
  italic: (area) => surround(area, "*", "*", "texte"),
  link: (area) => surround(area, "[", "](https://)", "texte du lien"),
  heading: (area) => startLines(area, "## ", "Intertitre"),
  list: (area) => startLines(area, "- ", "élément"),
  quote: (area) => startLines(area, "> ", "citation"),
  image: (area) => askImage(area),
};

for (const tools of document.querySelectorAll(".markdown-tools")) {
  const area = tools.parentElement.querySelector("textarea");
  const label = document.querySelector(`label[for="${area.id}"]`);
  tools.hidden = false;
  tools.setAttribute("aria-label", `Mise en forme : ${label.textContent.replace(/\s*:\s*$/, "")}`);
  const takesImages = dialog && tools.querySelector("[data-mark=image]");
  tools.addEventListener("click", (event) => MARKS[event.target.dataset.mark]?.(area));
  area.addEventListener("place-item", (event) => alone(area, event.detail));
  area.addEventListener("keydown", (event) => {
    const mark = { b: "bold", i: "italic" }[event.key.toLowerCase()];
    if (!mark || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    MARKS[mark](area);
  });
  for (const name of ["paste", "drop"]) {
    area.addEventListener(name, (event) => {
      const files = (event.clipboardData ?? event.dataTransfer).files;
      if (!takesImages || !files.length || !files[0].type.startsWith("image/")) return;
      event.preventDefault();
      askImage(area, files);
    });
  }
}

// --- an image, and what it teaches those who do not see it

let imageArea;

const showErrors = (errors) => {
  let first;
  for (const row of dialog.querySelectorAll("[data-field]")) {
    const sentences = errors[row.dataset.field] ?? [];
    const field = row.querySelector("input, textarea");
    row.querySelector(".errorlist").replaceChildren(...sentences.map((sentence) => {
      const item = document.createElement("li");
      item.textContent = sentence;
      return item;
    }));
    field.setAttribute("aria-invalid", sentences.length > 0);
    const described = [`${field.id}_helptext`, ...(sentences.length ? [`${field.id}_error`] : [])];
    field.setAttribute("aria-describedby", described.join(" "));
    if (sentences.length) first ??= field;
  }
  first?.focus();
};

function askImage(area, files) {
  imageArea = area;
  dialog.querySelector("form").reset();
  showErrors({});
  if (files) dialog.querySelector("input[type=file]").files = files;
  dialog.showModal();
}

const sendImage = async (form) => {
  const button = form.querySelector("[type=submit]");
  button.setAttribute("aria-disabled", "true");
  try {
    const response = await fetch(form.action, { method: "POST", body: new FormData(form) });
    const answer = await jsonOf(response);
    if (response.ok) {
      dialog.close();
      alone(imageArea, answer.markdown);
    } else {
      showErrors(answer.errors);
    }
  } catch (error) {
    showErrors({ image: [sentenceOf(error)] });
  } finally {
    button.removeAttribute("aria-disabled");
  }
};

if (dialog) {
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => imageArea?.focus());
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (!dialog.querySelector("[type=submit][aria-disabled]")) sendImage(event.target);
  });
}

// --- answers

class Refusal extends Error {}

// What the server means to say is JSON; a login page or an error page is none.
const jsonOf = async (response) => {
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
  if (response.redirected || (isJson && response.status === 403)) {
    throw new Refusal("Votre session est terminée : copiez votre texte, puis rechargez la page pour vous reconnecter.");
  }
  if (response.status === 403) {
    throw new Refusal("Vous n’avez pas le droit d’écrire ici : demandez-le à une personne qui administre le site.");
  }
  if (response.status === 413) throw new Refusal("C’est trop lourd pour le serveur : allégez l’envoi.");
  if (!isJson) throw new Refusal(`Le serveur n’a pas pu répondre (erreur ${response.status}) : réessayez.`);
  return response.json();
};

const sentenceOf = (error) => (
  error instanceof Refusal ? error.message : "Le serveur ne répond pas : vérifiez la connexion, puis réessayez."
);

// --- the page as it will be

if (preview) {
  const form = document.querySelector("#article_form");
  const folded = preview.querySelector("details");
  const frame = preview.querySelector("iframe");
  const notes = preview.querySelector(".preview-notes");
  let timer;
  let controller;
  let isFramed = false;

  const say = (sentences) => {
    if ([...notes.children].map((item) => item.textContent).join("\n") === sentences.join("\n")) return;
    notes.replaceChildren(...sentences.map((sentence) => {
      const item = document.createElement("li");
      item.textContent = sentence;
      return item;
    }));
  };

  // The frame keeps its place: only what is read changes. Nothing runs in it, nothing leads out of it.
  const show = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const main = page.querySelector("main");
    main.querySelectorAll("script").forEach((script) => script.remove());
    const put = () => frame.contentDocument.body.replaceChildren(frame.contentDocument.adoptNode(main));
    if (isFramed) {
      put();
      return;
    }
    isFramed = true;
    const own = Object.assign(document.createElement("link"), { rel: "stylesheet", href: preview.dataset.sheet });
    const sheets = [...page.querySelectorAll("link[rel=stylesheet]"), own].map((sheet) => sheet.outerHTML);
    frame.addEventListener("load", () => {
      frame.contentDocument.addEventListener("click", (event) => {
        if (event.target.closest("a")) event.preventDefault();
      });
      put();
    }, { once: true });
    frame.srcdoc = `<!doctype html><html lang="fr"><head><title>Aperçu</title>${sheets.join("")}</head><body></body></html>`;
  };

  const refresh = async () => {
    controller?.abort();
    controller = new AbortController();
    const { signal } = controller;
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    data.set("article", preview.dataset.article);
    try {
      const response = await fetch(preview.dataset.typedPreview, { method: "POST", body: data, signal });
      const answer = await jsonOf(response);
      if (signal.aborted) return;
      if (!response.ok) throw new Refusal(answer.error);
      show(answer.html);
      say(answer.notes);
    } catch (error) {
      if (!signal.aborted) say([`L’aperçu n’est pas à jour. ${sentenceOf(error)}`]);
    }
  };

  const later = () => {
    clearTimeout(timer);
    if (folded.open) timer = setTimeout(refresh, 500);
  };

  preview.hidden = false;
  form.addEventListener("input", later);
  folded.addEventListener("toggle", later);
  refresh();
}

// --- nothing typed is lost by a click elsewhere

{
  const form = document.querySelector("#article_form");
  let isChanged = Boolean(document.querySelector(".error-summary"));
  form?.addEventListener("input", () => { isChanged = true; });
  form?.addEventListener("submit", () => { isChanged = false; });
  window.addEventListener("beforeunload", (event) => { if (isChanged) event.preventDefault(); });
}
