// Tags as a list with suggestions; the text area, one name a line, stays what is sent.

for (const box of document.querySelectorAll(".tag-names")) {
  const source = box.querySelector("textarea");
  const input = document.createElement("input");
  const addButton = document.createElement("button");
  const suggestions = document.createElement("datalist");
  const list = document.createElement("ul");
  const status = document.createElement("p");
  let timer;
  let controller;

  const names = () => source.value.split("\n").map((name) => name.trim()).filter(Boolean);
  const same = (one, other) => one.localeCompare(other, "fr", { sensitivity: "base" }) === 0;

  const keep = (kept) => {
    source.value = kept.join("\n");
    source.dispatchEvent(new Event("input", { bubbles: true }));
    show();
  };

  const remove = (name) => {
    keep(names().filter((each) => each !== name));
    status.textContent = `« ${name} » retiré.`;
    input.focus();
  };

  const show = () => {
    list.replaceChildren(...names().map((name) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-label", `Retirer ${name}`);
      button.textContent = "×";
      button.addEventListener("click", () => remove(name));
      item.append(name, " ", button);
      return item;
    }));
  };

  const add = () => {
    const name = input.value.trim().replace(/\s+/g, " ");
    if (!name) return;
    input.value = "";
    if (names().some((each) => same(each, name))) {
      status.textContent = `« ${name} » y est déjà.`;
      return;
    }
    keep([...names(), name]);
    status.textContent = `« ${name} » ajouté.`;
  };

  const suggest = async () => {
    controller?.abort();
    controller = new AbortController();
    const query = new URLSearchParams({
      app_label: "articles", model_name: "taggedarticle", field_name: "tag", term: input.value.trim(),
    });
    try {
      const response = await fetch(`${box.dataset.suggestions}?${query}`, { signal: controller.signal });
      if (!response.ok) return;
      const found = await response.json();
      suggestions.replaceChildren(...found.results.map(({ text }) => new Option(text, text)));
    } catch {
      // Without suggestions, names are typed whole.
    }
  };

  suggestions.id = `${source.id}-suggestions`;
  input.id = source.id;
  source.id = `${source.id}-source`;
  input.type = "text";
  input.maxLength = 100;
  input.autocomplete = "off";
  input.setAttribute("list", suggestions.id);
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (source.hasAttribute(name)) input.setAttribute(name, source.getAttribute(name));
  }
  addButton.type = "button";
  addButton.className = "button";
  addButton.textContent = "Ajouter";
  addButton.setAttribute("aria-label", "Ajouter le mot-clé");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  list.className = "tag-list";
  source.hidden = true;
  const line = document.createElement("div");
  line.className = "tag-entry";
  line.append(input, addButton);
  box.append(list, line, suggestions, status);
  const help = document.getElementById(`${input.id}_helptext`)?.firstElementChild;
  if (help) help.textContent = "Un mot-clé à la fois, puis Entrée. Ni les accents ni les majuscules ne comptent.";

  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    add();
  });
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(suggest, 200);
  });
  addButton.addEventListener("click", () => {
    add();
    input.focus();
  });
  source.form.addEventListener("submit", add);
  show();
}
