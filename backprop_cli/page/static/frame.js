"use strict";
// The page as scripts see it: `window.backprop` has its steps and their values, says what is
// selected, and puts another number in the place of one. The other scripts hang on it.
(() => {
  const data = JSON.parse(document.getElementById("bp-data").textContent);
  const listeners = new Map();
  const steps = new Map(); // key → { key, reads, element }, in the order of the textbook
  const values = new Map(); // key → number, of givens and of what is not shown too
  const feeds = new Map(); // key → keys of the steps that read it

  for (const element of document.querySelectorAll(".step[data-key]")) {
    const { key, reads: read, value } = element.dataset;
    const reads = read ? read.split(" ") : [];
    steps.set(key, { key, reads, element });
    values.set(key, Number(value));
    for (const one of reads) {
      if (!feeds.has(one)) feeds.set(one, []);
      feeds.get(one).push(key);
    }
  }
  for (const [key, given] of Object.entries(data.given ?? {})) values.set(key, given[0]);
  for (const [key, value] of Object.entries(data.unshown ?? {})) values.set(key, value);

  /** Call `listener` whenever `event` is told: "select", "pass", "step" and "write" are. */
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

  /** The key on the page of what the drawing calls `key`: that of the pass which is shown. */
  function resolve(key) {
    const { pass } = backprop;
    if (!pass) return key;
    if (values.has(pass.prefix + key)) return pass.prefix + key;
    if (pass.before !== null && values.has(`${pass.before}${key}_new`)) return `${pass.before}${key}_new`;
    const sample = pass.prefix.replace(/^epoch\d+\./, "");
    return [pass.together + key, sample + key].find((one) => values.has(one)) ?? key;
  }

  /** A number as the page writes it; with so many digits, if that is said. */
  function format(number, digits) {
    const form = digits ? { ...data.form, digits, decimals: null } : data.form;
    return typeof backpropNumbers === "undefined" ? String(number) : backpropNumbers.written(number, form);
  }

  let numbers = null; // the elements of numbers in the steps, by key

  /** The elements in steps that show a quantity's number. */
  function inSteps(key) {
    if (!numbers) {
      numbers = new Map();
      for (const element of document.querySelectorAll(".steps :is(b, mn)[data-key]")) {
        const own = element.dataset.key;
        if (!numbers.has(own)) numbers.set(own, []);
        numbers.get(own).push(element);
      }
    }
    return numbers.get(key) ?? [];
  }

  function put(element, text) {
    if (element.textContent === text) return;
    element.dataset.was ??= element.textContent;
    element.textContent = text;
    element.classList.toggle("changed", element.dataset.was !== text);
  }

  /**
   * A number as it stands in a formula: one that has become negative, in parentheses there. Where
   * it was so from the beginning they stand around it.
   */
  function inFormula(element, number) {
    element.dataset.sign ??= element.textContent.startsWith("-") ? "-" : "+";
    const text = format("negated" in element.dataset ? -number : number);
    const alone = element.closest(".result, .leaf") || element.parentNode.tagName === "mfrac"
      || (element.parentNode.tagName === "math" && element.parentNode.childNodes.length === 1
        && !element.parentNode.previousElementSibling?.matches("math"));
    return text.startsWith("-") && element.dataset.sign === "+" && !alone ? `(${text})` : text;
  }

  /** Put another number in the place of a quantity's, wherever it stands. */
  function write(key, number) {
    const before = values.get(key);
    values.set(key, number);
    for (const element of inSteps(key)) {
      put(element, inFormula(element, number));
    }
    for (const [element, digits] of backprop.drawn.get(key) ?? []) put(element, format(number, digits));
    const step = steps.get(key);
    if (step) step.element.dataset.value = String(number);
    emit("write", key, number, before);
  }

  const backprop = {
    data, steps, values, feeds, on, emit, select, resolve, format, inFormula, write,
    selected: null,
    pass: data.passes?.[0] ?? null,
    drawn: new Map(), // key → [[element, digits]] of its numbers in the drawing
  };
  window.backprop = backprop;
})();
