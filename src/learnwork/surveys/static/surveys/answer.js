// Saves each question as one answers it, and shows or hides those that hang on others. Without it the page saves whole.
"use strict";
(() => {
  const form = document.querySelector("form[data-save]");
  if (!form) return;
  const status = form.querySelector("[data-status]");
  const waiting = new Set(); // keys that were changed and are not saved
  let busy = false;
  let timer = 0;
  let pause = 5; // seconds until the next attempt after one that failed

  const box = (key) => form.querySelector(`[data-item="${CSS.escape(key)}"]`);

  function fieldsOf(keys) {
    const data = new FormData();
    for (const name of ["csrfmiddlewaretoken", "version"]) data.append(name, form.elements[name].value);
    for (const key of keys) {
      const all = new FormData(form);
      for (const prefix of ["s-", "v-", "c-", "r-", "w-"]) {
        for (const value of all.getAll(prefix + key)) data.append(prefix + key, value);
      }
    }
    return data;
  }

  function say(text) {
    status.textContent = text;
  }

  function wait(key, text, mine) {
    const place = box(key).querySelector(".wait");
    place.textContent = text;
    box(key).classList.toggle("waits", Boolean(text));
    if (!mine) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet";
    button.textContent = form.dataset.mine;
    button.addEventListener("click", () => later(key, 0));
    place.append(" ", button);
  }

  function take(answer) {
    for (const [key, now] of Object.entries(answer.items)) {
      form.elements[`r-${key}`].value = now.revision;
      form.elements[`w-${key}`].value = now.was;
      const conflict = answer.conflicts[key];
      wait(key, conflict || answer.refused[key] || "", Boolean(conflict));
    }
    const asked = new Set(answer.asked);
    for (const one of form.querySelectorAll("[data-item]")) one.hidden = !asked.has(one.dataset.item);
  }

  // The server is busy or out of reach: nothing is lost, and it is asked again, ever more slowly.
  function again(keys, seconds) {
    keys.forEach((key) => waiting.add(key));
    say(form.dataset.unsaved);
    pause = Math.min(pause * 2, 60);
    busy = false;
    clearTimeout(timer);
    timer = setTimeout(send, seconds * 1000);
  }

  async function send() {
    if (busy || !waiting.size) return;
    busy = true;
    const keys = [...waiting];
    waiting.clear();
    say(form.dataset.saving);
    try {
      const response = await fetch(form.dataset.save, {
        method: "POST",
        body: fieldsOf(keys),
        headers: { Accept: "application/json" },
      });
      if (response.status === 429 || response.status >= 500) {
        again(keys, Number(response.headers.get("Retry-After")) || pause);
        return;
      }
      const answer = await response.json();
      if (!response.ok) {
        keys.forEach((key) => waiting.add(key));
        say(`${answer.detail || form.dataset.unsaved} ${answer.hint || ""}`);
        busy = false;
        return;
      }
      pause = 5;
      take(answer);
      const time = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
      say(waiting.size ? form.dataset.saving : `${form.dataset.saved} ${time}`);
    } catch {
      again(keys, pause);
      return;
    }
    busy = false;
    if (waiting.size) send();
  }

  function later(key, delay) {
    waiting.add(key);
    clearTimeout(timer);
    timer = setTimeout(send, delay);
  }

  function changed(event, delay) {
    const one = event.target.closest("[data-item]");
    if (!one) return;
    const key = one.dataset.item;
    const field = form.elements[`v-${key}`];
    if (field && event.target.name === `v-${key}`) {
      for (const radio of one.querySelectorAll('[type="radio"]')) radio.checked = false;
    } else if (field && event.target.type === "radio" && event.target.value) {
      for (const input of one.querySelectorAll(`[name="v-${CSS.escape(key)}"]`)) {
        if (input.type === "checkbox") input.checked = false;
        else input.value = "";
      }
    }
    later(key, delay);
  }

  form.addEventListener("change", (event) => changed(event, 0));
  form.addEventListener("input", (event) => {
    if (event.target.matches("textarea, [type=text]")) changed(event, 1200);
  });
  addEventListener("online", () => {
    if (waiting.size) later([...waiting][0], 0);
  });
  form.addEventListener("submit", () => {
    waiting.clear();
    clearTimeout(timer);
  });
  addEventListener("beforeunload", (event) => {
    if (waiting.size || busy) event.preventDefault();
  });
})();
