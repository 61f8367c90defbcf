"use strict";
// Step by step: by buttons, by arrow keys, or by itself at a chosen pace.
(() => {
  const { backprop } = window;
  const bar = document.getElementById("stepping");
  const order = [...backprop.steps.values()];
  if (!bar || !order.length) return;
  const $ = (id) => document.getElementById(id);
  const where = $("where"), aloud = $("aloud"), pace = $("pace"), play = $("play");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const marked = [];
  let at = -1;
  let timer = 0;

  /** The steps of the pass that is shown, in order. */
  let here = [];
  const gather = () => { here = order.filter(({ element }) => !element.closest("[hidden]")); };

  const symbolOf = (key) => {
    const name = backprop.steps.get(key)?.element.querySelector(".name");
    return name?.getAttribute("aria-label") ?? name?.textContent ?? key;
  };

  /** Make a step the present one; null leaves none. */
  function goTo(key, { scroll = true } = {}) {
    backprop.unmark(marked);
    for (const old of document.querySelectorAll(".step.now")) leave(old);
    at = here.findIndex((step) => step.key === key);
    bar.classList.toggle("begun", at >= 0);
    tell();
    if (at < 0) { backprop.emit("step", null); return; }
    const { element, reads } = here[at];
    enter(element);
    for (const read of reads) backprop.mark(read, "read", marked);
    backprop.view?.(element.closest(".part").classList.contains("update") ? "update" : "pass");
    for (const one of backprop.shapes?.get(key) ?? []) { one.classList.add("written"); marked.push([one, "written"]); }
    for (const step of here.slice(at + 1)) {
      for (const [one] of backprop.drawn.get(step.key) ?? []) { one.classList.add("later"); marked.push([one, "later"]); }
    }
    for (const [one, name] of marked) if (one.classList.contains("step") && name === "read") one.classList.remove("read");
    if (scroll) element.scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
    aloud.textContent = `Step ${at + 1} of ${here.length}: ${symbolOf(key)} = ${backprop.format(backprop.values.get(key))}`;
    backprop.emit("step", key);
  }

  function enter(element) {
    element.classList.add("now");
    element.setAttribute("aria-current", "step");
    for (const math of element.querySelectorAll(".sides math")) math.setAttribute("role", "group");
    const seen = [...element.querySelectorAll(".sides [data-key]")];
    for (const one of seen) {
      one.setAttribute("tabindex", "0");
      one.setAttribute("role", "button");
      one.setAttribute("aria-label", `${symbolOf(one.dataset.key)} = ${backprop.format(backprop.values.get(one.dataset.key))}`);
    }
  }

  function leave(element) {
    element.classList.remove("now");
    element.removeAttribute("aria-current");
    for (const math of element.querySelectorAll(".sides math")) math.removeAttribute("role");
    for (const one of element.querySelectorAll(".sides [data-key]")) {
      for (const name of ["tabindex", "role", "aria-label"]) one.removeAttribute(name);
    }
  }

  function tell() {
    where.textContent = at < 0 ? `${here.length} steps` : `Step ${at + 1} of ${here.length}`;
    $("first").disabled = $("previous").disabled = at <= 0;
    $("next").disabled = $("last").disabled = at === here.length - 1;
  }

  const by = (number) => goTo(here[Math.max(0, Math.min(here.length - 1, number))].key);
  const moves = {
    first: () => by(0),
    previous: () => by(at - 1),
    next: () => by(at + 1),
    last: () => by(here.length - 1),
  };
  for (const [id, move] of Object.entries(moves)) $(id).addEventListener("click", () => { stop(); move(); });

  function stop() {
    clearInterval(timer);
    timer = 0;
    play.textContent = "Play";
    play.setAttribute("aria-pressed", "false");
  }

  function start() {
    stop();
    if (at === here.length - 1) goTo(null);
    play.textContent = "Pause";
    play.setAttribute("aria-pressed", "true");
    moves.next();
    timer = setInterval(() => {
      if (at >= here.length - 1) stop();
      else moves.next();
    }, Number(pace.value) * 1000);
  }

  play.addEventListener("click", () => (timer ? stop() : start()));
  pace.addEventListener("change", () => { if (timer) start(); });

  const KEYS = { ArrowRight: "next", ArrowLeft: "previous", Home: "first", End: "last" };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
    if (event.target.closest?.("input, select, textarea, [contenteditable]")) return;
    const move = KEYS[event.key];
    if (move) {
      event.preventDefault();
      stop();
      moves[move]();
    } else if (event.key === "Escape") {
      stop();
      goTo(null);
      backprop.select(null);
    }
  });

  /** The step that the address names, in whichever pass it is. */
  function fromAddress() {
    const key = decodeURIComponent(location.hash.slice(1));
    if (!backprop.steps.has(key)) return;
    backprop.showPassOf?.(key);
    goTo(key);
  }

  backprop.goTo = goTo;
  backprop.on("pass", () => { stop(); gather(); goTo(null); });
  addEventListener("hashchange", fromAddress);
  gather();
  tell();
  bar.hidden = false;
  fromAddress();
})();
