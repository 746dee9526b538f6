// What a browser with scripts gets on top: every page works without.
"use strict";

// Copy buttons: text that one click selects can also be copied with one.
for (const button of document.querySelectorAll(".command > button.copy")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.previousElementSibling.textContent.trim());
    button.classList.add("ok");
    setTimeout(() => button.classList.remove("ok"), 1500);
  });
}

// `/` goes to the first search field, as elsewhere.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const field = document.querySelector("input[type=search]");
  if (field) {
    event.preventDefault();
    field.focus();
  }
});

// A menu closes when something else is clicked, or with Escape.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// === Search while one types, and the palette of places and commands (Ctrl-K).
// Both are a combobox over a list box: the field keeps the focus, the arrows choose.
{
  let lists = 0;

  // `own` are options that are there before anything was asked; they are filtered by what is typed.
  const combine = (form, own = [], always = false) => {
    const field = form.querySelector("input[type=search]");
    const list = document.createElement("div");
    const said = document.createElement("p");
    const id = `list-${++lists}`;
    let asked = null, waiting = 0, chosen = null, stale = false;
    list.id = id;
    list.className = "results";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", field.getAttribute("aria-label"));
    list.hidden = true;
    said.className = "unseen";
    said.setAttribute("role", "status");
    form.append(list, said);
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", id);
    field.setAttribute("aria-expanded", "false");

    const options = () => [...list.querySelectorAll("[role=option]")];
    const choose = (option) => {
      chosen?.setAttribute("aria-selected", "false");
      chosen = option;
      chosen?.setAttribute("aria-selected", "true");
      chosen?.scrollIntoView({ block: "nearest" });
      if (chosen) field.setAttribute("aria-activedescendant", chosen.id);
      else field.removeAttribute("aria-activedescendant");
    };
    const close = () => {
      clearTimeout(waiting);
      asked?.abort();
      choose(null);
      list.hidden = true;
      field.setAttribute("aria-expanded", "false");
    };
    const show = (found, words) => {
      stale = false;
      choose(null);
      const text = field.value.trim().toLowerCase();
      const fitting = own.filter((one) => one.textContent.toLowerCase().includes(text));
      list.replaceChildren(...fitting, ...(found ? found.children : []));
      options().forEach((option, number) => {
        option.id = `${id}-${number}`;
        option.setAttribute("aria-selected", "false");
      });
      const some = options().length > 0;
      list.hidden = !some;
      field.setAttribute("aria-expanded", String(some));
      said.textContent = words;
      if (always && some) choose(options()[0]);
    };
    const ask = async () => {
      asked?.abort();
      const text = field.value.trim();
      if ([...text].length < 2) {
        if (always) show(null, "");
        else close();
        return;
      }
      asked = new AbortController();
      try {
        const address = `${form.dataset.live}?${new URLSearchParams({ q: text })}`;
        const answer = await fetch(address, { signal: asked.signal, credentials: "same-origin" });
        if (!answer.ok) return;
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const found = page.querySelector("[data-said]");
        if (found) show(found, found.dataset.said);
      } catch (error) {
        if (error.name !== "AbortError") close();
      }
    };
    field.addEventListener("input", () => {
      clearTimeout(waiting);
      stale = true;
      waiting = setTimeout(ask, 150);
    });
    field.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      // Whoever types faster than the list comes goes where the words say, not where they said before.
      if (event.key === "Enter" && always && stale) show(null, "");
      const all = options();
      const at = all.indexOf(chosen);
      const moves = { ArrowDown: at + 1, ArrowUp: at < 0 ? all.length - 1 : at - 1 };
      if (event.key in moves && !list.hidden && all.length) {
        event.preventDefault();
        choose(all[(moves[event.key] + all.length) % all.length]);
      } else if (event.key === "Enter" && chosen && !list.hidden) {
        event.preventDefault();
        chosen.click();
      } else if (event.key === "Escape" && !list.hidden && !always) {
        event.preventDefault();
        close();
      } else if (event.key === "Tab" && !always) {
        close();
      }
    });
    // What is pressed keeps the focus in the field, so that the list is still there to be clicked.
    list.addEventListener("mousedown", (event) => event.preventDefault());
    field.addEventListener("blur", () => { if (!always) close(); });
    return { field, show };
  };

  const bar = document.querySelector(".topbar form.search");
  if (bar) combine(bar);

  const option = (text, act) => {
    const one = document.createElement(typeof act === "string" ? "a" : "div");
    one.setAttribute("role", "option");
    one.tabIndex = -1;
    one.textContent = text;
    if (typeof act === "string") one.href = act;
    else one.addEventListener("click", act);
    return one;
  };

  let palette = null;
  const open = () => {
    const template = document.getElementById("palette");
    if (!template || document.querySelector("dialog[open]")) return;
    if (!palette) {
      const dialog = template.content.firstElementChild.cloneNode(true);
      document.body.append(dialog);
      const form = dialog.querySelector("form");
      const links = ".topbar nav a, .menu ul:not(.places) a";
      const own = [...document.querySelectorAll(links)].map((a) => option(a.textContent, a.href));
      for (const one of dialog.querySelectorAll("ul a")) own.push(option(one.textContent, one.href));
      for (const one of dialog.querySelectorAll("ul button")) {
        const press = () => document.querySelector(`.menu button[name=theme][value="${one.dataset.press}"]`).click();
        own.push(option(one.textContent, press));
      }
      for (const out of document.querySelectorAll(".menu form[action='/sign-out'] button")) {
        own.push(option(out.textContent, () => out.click()));
      }
      dialog.querySelector("ul").remove();
      form.addEventListener("submit", (event) => event.preventDefault());
      dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
      palette = { dialog, ...combine(form, own, true) };
    }
    palette.dialog.showModal();
    palette.field.value = "";
    palette.show(null, "");
    palette.field.focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (palette?.dialog.open) palette.dialog.close();
    else open();
  });
}

// A form that makes something is sent once: the answer to a second click would hide that of the
// first. Where no answer came for a while, it may be sent again.
for (const form of document.querySelectorAll("form[data-once]")) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
    setTimeout(() => { sent = false; }, 10000);
  });
}
window.addEventListener("pageshow", (event) => {
  if (event.persisted && document.querySelector("form[data-once]")) location.reload();
});

// === What a form did is said once, not again when the page is loaded anew.
{
  const here = new URL(location);
  if (here.searchParams.has("done")) {
    here.searchParams.delete("done");
    history.replaceState(history.state, "", here);
  }
}

// === Relative times stay current, by the clock of the server.
{
  const loaded = performance.now();
  const units = [[60, 1], [3600, 60], [172800, 3600], [3888000, 86400]];
  const tell = () => {
    const { now, ago } = document.body.dataset;
    if (!ago) return;
    const words = ago.split("|");
    const here = Number(now) + (performance.now() - loaded) / 1000;
    for (const time of document.querySelectorAll("time[title]")) {
      const age = here - Date.parse(time.dateTime) / 1000;
      const unit = units.findIndex(([limit]) => age < limit);
      if (!(age >= 0) || unit < 0) continue;
      const text = words[unit].replace("#", Math.floor(age / units[unit][1]));
      if (time.textContent !== text) time.textContent = text;
    }
  };
  setInterval(tell, 15000);
  document.addEventListener("visibilitychange", tell);
}

// === What is still under way is looked at again, until it is done. What has the focus is left alone.
{
  const parts = () => [...document.querySelectorAll("[data-again]")];
  const wait = () => { if (parts().length) setTimeout(look, 2000); };
  const look = async () => {
    const due = parts().filter((part) => !part.contains(document.activeElement));
    if (document.hidden || !due.length) return wait();
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      if (answer.status === 429 || answer.status >= 500) return wait();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of due) {
        const fresh = answer.ok && page.getElementById(part.id);
        if (!fresh) delete part.dataset.again;
        // What reads the page aloud is not told the same again.
        else if (!part.contains(document.activeElement) && !part.isEqualNode(fresh)) part.replaceWith(fresh);
      }
    } catch {
      // The next look may find it.
    }
    wait();
  };
  wait();
}
