// Rows of images, videos and documents: added, removed, moved. The rank field stays what is sent.
//
// Rows move on the page, and keep the number of their form: Django matches them by it.

for (const group of document.querySelectorAll("[data-items]")) {
  const list = group.querySelector(".items");
  const status = group.querySelector("[role=status]");
  const template = group.querySelector("template");
  const total = group.querySelector(`[name="${group.dataset.items}-TOTAL_FORMS"]`);
  const addButton = group.querySelector(".add-item");
  const rows = () => [...list.children].filter((row) => !row.hidden);
  const rankField = (row) => row.querySelector(".item-rank");
  const titleOf = (row) => row.querySelector("h3").textContent.trim().replace(/\s+/g, " ");

  const renumber = () => {
    rows().forEach((row, index) => {
      if (rankField(row)) rankField(row).value = index + 1;
      const [up, down] = row.querySelectorAll(".item-tools button");
      // Not disabled: a button that has the focus would lose it.
      up?.setAttribute("aria-disabled", index === 0);
      down?.setAttribute("aria-disabled", index === rows().length - 1);
    });
  };

  const move = (row, step, button) => {
    const all = rows();
    const from = all.indexOf(row);
    const to = from + step;
    if (to < 0 || to >= all.length) {
      status.textContent = step < 0 ? "Déjà en premier." : "Déjà en dernier.";
      return;
    }
    all[to][step < 0 ? "before" : "after"](row);
    renumber();
    button.focus();
    row.dispatchEvent(new Event("input", { bubbles: true }));
    status.textContent = `${titleOf(row)} : rang ${to + 1} sur ${all.length}.`;
  };

  const button = (text, row, action) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button";
    made.textContent = text;
    const about = document.createElement("span");
    about.className = "visually-hidden";
    about.textContent = ` : ${titleOf(row)}`;
    made.append(about);
    made.addEventListener("click", () => action(made));
    return made;
  };

  const remove = (row) => {
    row.querySelector("[name$=-DELETE]").checked = true;
    row.hidden = true;
    renumber();
    addButton.focus();
    status.textContent = "Ligne retirée.";
  };

  const equip = (row, isNew) => {
    const tools = row.querySelector(".item-tools");
    if (rankField(row)) {
      tools.append(
        button("Monter", row, (made) => move(row, -1, made)),
        button("Descendre", row, (made) => move(row, 1, made)),
      );
      rankField(row).addEventListener("change", () => place(row));
    }
    const key = row.querySelector(".item-key code");
    if (key && document.querySelector("#id_body")) {
      row.querySelector(".item-key").append(
        " ",
        button("Placer dans le texte", row, () => {
          document.querySelector("#id_body").dispatchEvent(
            new CustomEvent("place-item", { detail: key.textContent }),
          );
          status.textContent = `${key.textContent} est placé dans le texte.`;
        }),
      );
    }
    const check = row.querySelector(".item-delete");
    if (isNew && check) {
      check.replaceWith(check.querySelector("input"), button("Retirer", row, () => remove(row)));
      row.querySelector("[name$=-DELETE]").hidden = true;
    }
  };

  // A typed rank moves its row before the one that has it.
  const place = (row) => {
    const wanted = Math.max(1, Number(rankField(row).value) || 1);
    row.remove();
    const others = rows();
    if (wanted > others.length) list.append(row);
    else others[wanted - 1].before(row);
    renumber();
    rankField(row).focus();
    status.textContent = `${titleOf(row)} : rang ${rankField(row).value} sur ${others.length + 1}.`;
  };

  const add = () => {
    const index = Number(total.value);
    const holder = document.createElement("div");
    holder.innerHTML = template.innerHTML.replaceAll("__prefix__", index);
    const row = holder.firstElementChild;
    total.value = index + 1;
    list.append(row);
    equip(row, true);
    renumber();
    const first = row.querySelector(".item-fields input, .item-fields textarea, .item-fields select");
    first.focus();
    status.textContent = `${group.dataset.name} : une ligne de plus, en dernier, à remplir.`;
  };

  const initial = Number(group.querySelector(`[name="${group.dataset.items}-INITIAL_FORMS"]`).value);
  [...list.children].forEach((row) => equip(row, Number(row.id.split("-").pop()) >= initial));
  // In the order of their ranks: after a refusal, Django shows rows in the order of their forms.
  [...list.children]
    .sort((one, other) => Number(rankField(one)?.value) - Number(rankField(other)?.value))
    .forEach((row) => list.append(row));
  if (addButton) {
    addButton.hidden = false;
    addButton.addEventListener("click", add);
  }
  if (rows().length) renumber();
}
