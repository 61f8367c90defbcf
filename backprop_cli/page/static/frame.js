// The page as scripts see it: `window.backprop` has its steps and their values, says what is
// selected, and puts another number in the place of one. The other scripts hang on it.
(() => {
  "use strict";

  const data = JSON.parse(document.getElementById("bp-data").textContent);
  const listeners = new Map();
  const steps = new Map();
  const values = new Map();
  const feeds = new Map();

  for (const element of document.querySelectorAll(".step[data-key]")) {
    const key = element.dataset.key;
    const reads = element.dataset.reads ? element.dataset.reads.split(" ") : [];
    steps.set(key, { key, reads, element });
    values.set(key, Number(element.dataset.value));
    for (const read of reads) {
      if (!feeds.has(read)) feeds.set(read, []);
      feeds.get(read).push(key);
    }
  }
  for (const [key, given] of Object.entries(data.given)) values.set(key, given[1]);
  for (const [key, value] of Object.entries(data.unshown)) values.set(key, value);

  /** Call `listener` whenever `event` is told; "select", "pass" and "write" are. */
  function on(event, listener) {
    if (!listeners.has(event)) listeners.set(event, []);
    listeners.get(event).push(listener);
  }

  function emit(event, ...told) {
    for (const listener of listeners.get(event) ?? []) listener(...told);
  }

  /** Choose a quantity by its key, or none by null. */
  function select(key) {
    backprop.selected = key;
    emit("select", key);
  }

  let written = null; // the elements of numbers in the steps, by key
  let drawn = null; // those in the drawing, which are others for another pass
  let drawnFor;

  function byKey(selector, keyOf) {
    const found = new Map();
    for (const element of document.querySelectorAll(selector)) {
      const key = keyOf(element.dataset.key);
      if (!found.has(key)) found.set(key, []);
      found.get(key).push(element);
    }
    return found;
  }

  /** The elements that show a quantity's number, in the steps and in the drawing. */
  function shownIn(key) {
    written ??= byKey("#steps b[data-key], #steps mn[data-key]", (own) => own);
    if (!drawn || drawnFor !== backprop.pass) {
      drawn = byKey("#drawing .number[data-key]", backprop.resolve);
      drawnFor = backprop.pass;
    }
    return [...(written.get(key) ?? []), ...(drawn.get(key) ?? [])];
  }

  /** Put another number in the place of a quantity's, wherever it stands. */
  function write(key, number) {
    const before = values.get(key);
    values.set(key, number);
    const text = backprop.format(number);
    const negated = backprop.format(-number);
    for (const element of shownIn(key)) {
      const own = "negated" in element.dataset ? negated : text;
      if (element.textContent === own) continue;
      element.dataset.was ??= element.textContent;
      element.textContent = own;
      element.classList.toggle("changed", element.dataset.was !== own);
    }
    const step = steps.get(key);
    if (step) step.element.dataset.value = String(number);
    emit("write", key, number, before);
  }

  const backprop = {
    data, steps, values, feeds, selected: null,
    on, emit, select, write,
    pass: data.passes[0] ?? null,
    format: String,
    resolve: (key) => key,
  };
  window.backprop = backprop;
})();
