// The picture of a layer comes alive: closer and farther, moving, finding a name, lighting up a neighbourhood.
// The server drew everything, also which names fit at each zoom; without this script each node is a link to its story.
"use strict";

for (const picture of document.querySelectorAll("[data-picture]")) {
  const canvas = picture.querySelector(".canvas");
  const tools = picture.querySelector("[data-tools]");
  const drawings = [...picture.querySelectorAll("svg[data-network]")].map(drawing);
  if (!drawings.length || picture.querySelector("svg.groups")) continue;
  const shown = () => drawings.find((one) => one.svg.getClientRects().length) || drawings[0];

  // One drawing: its nodes, who is joined with whom, and what part of it is seen.
  function drawing(svg) {
    const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    const dots = [...svg.querySelectorAll(".dot")];
    const lines = [...svg.querySelectorAll(".line")].map((line) => [line, +line.dataset.a, +line.dataset.b]);
    const near = dots.map(() => new Set());
    for (const [, a, b] of lines) { near[a].add(b); near[b].add(a); }
    return { svg, width, height, dots, lines, near, zoom: 1, x: 0, y: 0 };
  }

  function look(one, zoom, x, y) {
    one.zoom = Math.min(8, Math.max(1, zoom));
    const width = one.width / one.zoom, height = one.height / one.zoom;
    one.x = Math.min(one.width - width, Math.max(0, x));
    one.y = Math.min(one.height - height, Math.max(0, y));
    one.svg.setAttribute("viewBox", `${one.x} ${one.y} ${width} ${height}`);
    one.svg.style.setProperty("--k", 1 / one.zoom);
    const step = one.zoom >= 8 ? 8 : one.zoom >= 4 ? 4 : one.zoom >= 2 ? 2 : 1;
    for (const at of [1, 2, 4, 8]) one.svg.classList.toggle(`zoom-${at}`, at === step);
    canvas.classList.toggle("zoomed", one.zoom > 1);
    closer.disabled = one.zoom >= 8;
    farther.disabled = whole.disabled = one.zoom <= 1;
  }

  // To another zoom with the point (px, py) of the drawing kept where it is; its middle if none is given.
  function toward(one, factor, px = one.x + one.width / one.zoom / 2, py = one.y + one.height / one.zoom / 2) {
    const zoom = Math.min(8, Math.max(1, one.zoom * factor));
    look(one, zoom, px - ((px - one.x) * one.zoom) / zoom, py - ((py - one.y) * one.zoom) / zoom);
  }

  function point(one, event) {
    const box = one.svg.getBoundingClientRect();
    return [
      one.x + ((event.clientX - box.left) / box.width) * (one.width / one.zoom),
      one.y + ((event.clientY - box.top) / box.height) * (one.height / one.zoom),
    ];
  }

  function light(one, at) {
    const lit = new Set();
    if (at !== null) {
      lit.add(at);
      for (const n of one.near[at]) {
        lit.add(n);
        if (one.dots[n].classList.contains("hub")) for (const m of one.near[n]) lit.add(m);
      }
    }
    one.svg.classList.toggle("picking", at !== null);
    one.dots.forEach((dot, n) => {
      dot.classList.toggle("lit", lit.has(n));
      dot.classList.toggle("picked", n === at);
    });
    for (const [line, a, b] of one.lines) line.classList.toggle("lit", lit.has(a) && lit.has(b));
  }

  // The story of a node is asked from the server, which is where it stands without this script too.
  let asked = 0;
  async function tell(href, remember) {
    const mine = ++asked;
    const answer = await fetch(href, { headers: { Accept: "text/html" } });
    if (!answer.ok || mine !== asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const story = page.querySelector("[data-story]"), here = document.querySelector("[data-story]");
    if (mine !== asked || !story || !here) return;
    here.replaceWith(document.adoptNode(story));
    if (remember) history.pushState({ picked: href }, "", href);
    story.focus({ preventScroll: true });
  }

  function pick(href, key, remember = true) {
    for (const one of drawings) {
      const at = one.dots.findIndex((dot) => new URL(dot.href.baseVal, location.href).searchParams.get("node") === key);
      light(one, at < 0 ? null : at);
    }
    tell(href, remember);
  }

  const made = (name, words, act) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words;
    button.addEventListener("click", act);
    tools.append(button);
    return button;
  };
  const closer = made("in", tools.dataset.in, () => toward(shown(), 2));
  const farther = made("out", tools.dataset.out, () => toward(shown(), 0.5));
  const whole = made("whole", tools.dataset.whole, () => look(shown(), 1, 0, 0));
  const label = document.createElement("label");
  const field = document.createElement("input");
  const count = document.createElement("output");
  field.type = "search";
  label.append(tools.dataset.find, field);
  tools.append(label, count);
  tools.hidden = false;
  for (const one of drawings) look(one, 1, 0, 0);

  field.addEventListener("input", () => {
    const words = field.value.trim().toLocaleLowerCase();
    let found = 0;
    for (const one of drawings) {
      const hits = one.dots.filter((dot) => {
        const hit = words.length > 1 && dot.querySelector("title").textContent.toLocaleLowerCase().includes(words);
        dot.classList.toggle("found", hit);
        return hit;
      });
      if (one !== shown()) continue;
      found = hits.length;
      if (found === 1) {
        const at = hits[0].transform.baseVal[0].matrix;
        const zoom = Math.max(one.zoom, 2);
        look(one, zoom, at.e - one.width / zoom / 2, at.f - one.height / zoom / 2);
      }
    }
    count.textContent = words.length > 1 ? found || tools.dataset.none : "";
  });

  canvas.addEventListener("click", (event) => {
    const dot = event.target.closest(".dot");
    if (!dot || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (moved) return;
    const href = dot.href.baseVal;
    pick(href, new URL(href, location.href).searchParams.get("node"));
  });
  document.addEventListener("click", (event) => {
    const release = event.target.closest("[data-release]");
    if (!release) return;
    event.preventDefault();
    pick(release.href, null);
  });
  addEventListener("popstate", () => pick(location.href, new URL(location.href).searchParams.get("node"), false));

  // Moving: one pointer drags what is zoomed, two pinch. A wheel zooms only with Ctrl, so that the page still scrolls.
  const pointers = new Map();
  let moved = false, apart = 0;
  canvas.addEventListener("pointerdown", (event) => {
    pointers.set(event.pointerId, event);
    moved = false;
    apart = 0;
  });
  addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const one = shown();
    if (pointers.size === 2) {
      const [a, b] = [...pointers.values()].map((other) => (other.pointerId === event.pointerId ? event : other));
      const now = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
      if (apart) toward(one, now / apart, ...point(one, a));
      apart = now;
      moved = true;
    } else if (one.zoom > 1) {
      const [x, y] = point(one, event), [x0, y0] = point(one, before);
      if (Math.hypot(event.clientX - before.clientX, event.clientY - before.clientY) > 3 || moved) {
        moved = true;
        canvas.classList.add("moving");
        look(one, one.zoom, one.x - (x - x0), one.y - (y - y0));
      } else return;
    }
    pointers.set(event.pointerId, event);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    addEventListener(end, (event) => {
      pointers.delete(event.pointerId);
      canvas.classList.remove("moving");
    });
  }
  canvas.addEventListener("dragstart", (event) => event.preventDefault());
  canvas.addEventListener("dblclick", (event) => {
    if (event.target.closest(".dot")) return;
    event.preventDefault();
    toward(shown(), 2, ...point(shown(), event));
  });
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    toward(shown(), Math.exp(-event.deltaY / 200), ...point(shown(), event));
  }, { passive: false });
}
