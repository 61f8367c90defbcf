"use strict";
// What a quantity comes from and what it feeds is marked while it is pointed at or has the focus;
// choosing it is told to the page. Up and down go from quantity to quantity.
(() => {
  const { backprop } = window;
  const { steps, feeds } = backprop;

  /** All keys that can be come to from `key`. */
  function reached(key, next) {
    const found = new Set();
    const waiting = [...next(key)];
    while (waiting.length) {
      const one = waiting.pop();
      if (found.has(one)) continue;
      found.add(one);
      waiting.push(...next(one));
    }
    return found;
  }

  backprop.upstream = (key) => reached(key, (one) => steps.get(one)?.reads ?? []);
  backprop.downstream = (key) => reached(key, (one) => feeds.get(one) ?? []);

  const marked = [];

  /** Give a class to what stands for a quantity: its step, and its shapes in the drawing. */
  backprop.mark = (key, name, list) => {
    const elements = [...(backprop.shapes?.get(key) ?? [])];
    const step = steps.get(key);
    if (step) elements.push(step.element);
    for (const element of elements) {
      element.classList.add(name);
      list.push([element, name]);
    }
  };
  backprop.unmark = (list) => {
    for (const [element, name] of list) element.classList.remove(name);
    list.length = 0;
  };

  let shown = null;
  function point(key) {
    if (key === shown) return;
    shown = key;
    backprop.unmark(marked);
    if (!key) return;
    for (const one of backprop.upstream(key)) backprop.mark(one, "from", marked);
    for (const one of backprop.downstream(key)) backprop.mark(one, "to", marked);
    backprop.mark(key, "self", marked);
    for (const leaf of document.querySelectorAll(`.steps .sides [data-key="${CSS.escape(key)}"]`)) {
      leaf.classList.add("self");
      marked.push([leaf, "self"]);
    }
  }

  /** What a name in the drawing is of: the number beside it, or else the shape that it stands on. */
  function named(text) {
    if (!text) return null;
    const { x, y, width, height } = text.getBoundingClientRect();
    return text.querySelector("[data-key]") ?? document.elementsFromPoint(x + width / 2, y + height / 2)
      .find((one) => one.matches("#drawing [data-key]"));
  }

  /** The quantity at an element: in a formula, in a name, in the drawing; not a step's whole row. */
  function quantityAt(target) {
    const element = target.closest?.(".sides [data-key], .step .name, #drawing [data-key], #why [data-key]")
      ?? named(target.closest?.("#drawing text"));
    if (!element) return null;
    if (element.classList.contains("name")) return element.closest("[data-key]")?.dataset.key ?? null;
    const key = element.dataset.key;
    return element.closest("#drawing") ? backprop.resolve(key) : key;
  }

  document.addEventListener("pointerover", (event) => point(quantityAt(event.target)));
  document.addEventListener("pointerleave", () => point(null));
  document.addEventListener("focusin", (event) => {
    if (event.target.matches?.(":focus-visible")) point(quantityAt(event.target));
  });
  document.addEventListener("focusout", () => point(null));

  document.addEventListener("click", (event) => {
    if (event.target.closest("button, summary, input, select")) return;
    const key = quantityAt(event.target);
    if (key) backprop.select(key);
  });
  document.addEventListener("keydown", (event) => {
    const key = event.target.matches?.("[data-key][tabindex]") ? quantityAt(event.target) : null;
    if (!key || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      backprop.select(key);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.target, event.key === "ArrowDown" ? 1 : -1);
    }
  });

  /** To the next quantity of the same drawing or step; one of them is in the order of focus. */
  function move(from, by) {
    const group = from.closest(".view, #drawing, .step");
    const all = [...group.querySelectorAll("[data-key][tabindex]")];
    const to = all[(all.indexOf(from) + by + all.length) % all.length];
    from.setAttribute("tabindex", "-1");
    to.setAttribute("tabindex", "0");
    to.focus();
  }
})();
