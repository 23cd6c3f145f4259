// Suggestions under a search field as one types: the combobox pattern of the ARIA Authoring Practices, list only.
// Without this script the field is a plain search field and nothing is missing.
"use strict";

const WAIT = 120;

function suggestions(input) {
  const list = document.createElement("ul");
  list.id = `${input.id}-suggestions`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  const called = input.dataset.found || "Suggestions";
  list.setAttribute("aria-label", called);
  list.hidden = true;
  input.form.append(list);
  const status = document.createElement("span");
  status.className = "hidden";
  status.setAttribute("role", "status");
  input.form.append(status);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, autocomplete: "off",
  })) input.setAttribute(name, value);

  let timer = 0;
  let asked = 0;
  let at = -1;

  function close() {
    clearTimeout(timer);
    asked += 1; // an answer still on its way is too late
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(position) {
    const options = [...list.children];
    at = options.length ? (position + options.length) % options.length : -1;
    options.forEach((option, n) => option.setAttribute("aria-selected", String(n === at)));
    if (at >= 0) {
      input.setAttribute("aria-activedescendant", options[at].id);
      options[at].scrollIntoView({ block: "nearest" });
    }
  }

  function follow(option) {
    const address = option.dataset.href;
    if (address) location.assign(address);
    else {
      input.value = option.dataset.text;
      close();
      input.form.requestSubmit();
    }
  }

  function show(items) {
    list.replaceChildren(...items.map((item, n) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${n}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.text = item.text;
      if (item.href && item.href.startsWith("/")) option.dataset.href = item.href;
      for (const words of [item.text, item.kind || ""]) {
        const span = document.createElement("span");
        span.textContent = words;
        option.append(span);
      }
      return option;
    }));
    at = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = items.length === 0;
    input.setAttribute("aria-expanded", String(items.length > 0));
    status.textContent = items.length ? `${called}: ${items.length}` : "";
  }

  async function ask() {
    const text = input.value.trim();
    const mine = ++asked;
    if (text.length < 2) return close();
    try {
      const answer = await fetch(`/api/suggest?q=${encodeURIComponent(text)}`, { credentials: "omit" });
      const items = answer.ok ? (await answer.json()).suggestions : [];
      if (mine === asked && document.activeElement === input) show(items);
    } catch {
      close(); // no network, no suggestions; the form still works
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) return;
      event.preventDefault();
      choose(event.key === "ArrowDown" ? at + 1 : at < 0 ? -1 : at - 1);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && at >= 0 && !list.hidden) {
      event.preventDefault();
      follow(list.children[at]);
    }
  });
  input.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) follow(option);
  });
}

document.querySelectorAll("input[data-suggest]").forEach(suggestions);
