"use strict";
// Where a quantity comes from: a tree back to the inputs, made of the steps that stand on the page.
// Of a weight it is told how it moved, with its chain rule along the path in the drawing.
(() => {
  const { backprop } = window;
  const { steps, values, data } = backprop;
  const panel = document.getElementById("why");
  if (!panel) return;
  const body = panel.querySelector(".tree");
  const marked = [];

  function made(tag, properties = {}, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  const bare = (element) => {
    const copy = element.cloneNode(true);
    for (const one of [copy, ...copy.querySelectorAll("*")]) {
      for (const name of ["id", "tabindex", "role", "aria-label", "aria-current", "href"]) one.removeAttribute(name);
      one.classList?.remove("self", "changed", "now");
    }
    return copy;
  };

  /** The name of a quantity as it is written in the steps. */
  function symbol(key) {
    const step = steps.get(key);
    if (step) return [...bare(step.element.querySelector(".name")).childNodes];
    const found = document.querySelector(`.sides :is(i, mi, msub, msup, msubsup, mfrac)[data-key="${CSS.escape(key)}"]`);
    if (!found) return [data.given[key]?.[1] || key];
    if (found.tagName === "I") return [found.textContent];
    const math = document.createElementNS("http://www.w3.org/1998/Math/MathML", "math");
    math.append(bare(found));
    return [math];
  }

  /** The symbol and all that it equals. */
  function equation(key) {
    const step = steps.get(key);
    if (step) return [...symbol(key), ...bare(step.element.querySelector(".sides")).childNodes];
    const number = made("b", { textContent: backprop.format(values.get(key)) });
    number.dataset.key = key;
    return [...symbol(key), " = ", number];
  }

  /** A node, whose parts are made when it is opened. */
  function node(key, open) {
    const reads = steps.get(key)?.reads ?? [];
    if (!reads.length) {
      const word = key in data.given ? data.given[key][2] || "weight" : data.folded ? "left out here" : "";
      return made("li", { className: "leaf" }, ...equation(key), made("span", { className: "word", textContent: word && `  (${word})` }));
    }
    const details = made("details", {}, made("summary", {}, ...equation(key)));
    let filled = false;
    const fill = () => {
      if (filled || !details.open) return;
      filled = true;
      details.append(made("ul", {}, ...reads.map((read) => node(read, false))));
    };
    details.addEventListener("toggle", fill);
    details.open = open;
    fill();
    return made("li", {}, details);
  }

  /** The step that made the next value of a parameter in the pass shown, if it is one. */
  function renewal(key) {
    const base = key.split(".").at(-1).replace(/_new$/, "");
    const renewed = backprop.resolve(`${base}_new`);
    return steps.has(renewed) && backprop.weights.has(base) ? { base, renewed } : null;
  }

  backprop.weights = new Map(); // name → the unit that sends and the one that receives
  data.network.layers.forEach((layer, number) => {
    const below = number ? data.network.layers[number - 1].units : data.network.inputs;
    layer.weight_names.forEach((row, unit) => row.forEach((name, from) => {
      backprop.weights.set(name, { from: below[from], to: layer.units[unit], layer: number });
    }));
    for (const name of Object.keys(layer.biases)) backprop.weights.set(name, { to: null, layer: number });
  });

  /** The names of the weights and units on the way from a weight to the error. */
  function path(name) {
    const { to, layer } = backprop.weights.get(name);
    const names = new Set([name]);
    let units = to ? [to] : data.network.layers[layer].units;
    for (const unit of units) names.add(unit);
    for (let number = layer + 1; number < data.network.layers.length; number++) {
      const next = data.network.layers[number];
      for (const [weight, ends] of backprop.weights) {
        if (ends.layer === number && units.includes(ends.from)) names.add(weight);
      }
      units = next.units;
      for (const unit of units) names.add(unit);
    }
    return names;
  }

  function showPath(name) {
    const names = path(name);
    for (const element of document.querySelectorAll("#drawing .edge, #drawing .bp-shape")) {
      const key = element.dataset.key ?? "";
      const isOn = names.has(key) || names.has(key.replace(/^[A-Za-z]+_/, "")) || /_total$/.test(key);
      if (isOn && !element.classList.contains("input")) {
        element.classList.add("path");
        marked.push([element, "path"]);
      }
    }
  }

  let refreshing = []; // what is said in numbers besides the tree

  /** The same tree with the numbers that the page has now. */
  function refresh() {
    if (backprop.selected === null) return;
    for (const element of body.querySelectorAll(":is(b, mn)[data-key]")) {
      const number = values.get(element.dataset.key);
      if (typeof number === "number") element.textContent = backprop.inFormula(element, number);
    }
    for (const say of refreshing) say();
  }

  function show(key) {
    refreshing = [];
    backprop.unmark(marked);
    panel.classList.toggle("open", key !== null);
    if (key === null) {
      panel.querySelector("h2 span").textContent = "Where does a number come from?";
      body.replaceChildren(panel.querySelector(".hint").cloneNode(true));
      body.firstChild.hidden = false;
      panel.querySelector("button").hidden = true;
      return;
    }
    panel.querySelector("button").hidden = false;
    const renewed = renewal(key);
    const title = panel.querySelector("h2 span");
    const lines = [];
    if (renewed) {
      const before = steps.get(renewed.renewed).reads.find((read) => read === key || read.endsWith(renewed.base) || read.endsWith(`${renewed.base}_new`)) ?? renewed.base;
      title.replaceChildren("Why ", ...symbol(before), " moved");
      const moved = made("p", { className: "moved" });
      refreshing.push(() => {
        const [from, to] = [values.get(before), values.get(renewed.renewed)];
        const change = values.get(backprop.resolve(`change_${renewed.base}`)) ?? to - from;
        const [was, is, by] = [from, to, change].map((number) => backprop.format(number));
        moved.textContent = `From ${was} to ${is}: by ${by}.`;
      });
      lines.push(moved);
      const gradient = steps.get(renewed.renewed).reads.find((read) => read.split(".").at(-1) === `d${letter}_d${renewed.base}`);
      const tree = node(renewed.renewed, true);
      if (gradient) {
        const rows = [...tree.querySelectorAll("details > ul > li > details")];
        const at = steps.get(renewed.renewed).reads.filter((read) => steps.get(read)?.reads.length);
        const row = rows[at.indexOf(gradient)];
        if (row) row.open = true;
      }
      lines.push(made("ul", {}, tree));
      showPath(renewed.base);
    } else {
      refreshing.push(() => {
        title.replaceChildren(...symbol(key), ` = ${backprop.format(values.get(key))}`);
      });
      const law = steps.get(key)?.element.dataset.law;
      if (law) lines.push(made("p", { className: "law", textContent: `Law: ${law}` }));
      lines.push(made("ul", {}, node(key, true)));
    }
    for (const say of refreshing) say();
    body.replaceChildren(...lines);
    document.getElementById("aloud").textContent = panel.querySelector("h2").textContent;
    if (matchMedia("(max-width: 63.99rem)").matches) panel.scrollIntoView({ block: "nearest" });
  }

  const letter = Object.keys(data.letters ?? {}).length ? data.letters.error : "E";
  panel.querySelector("button").addEventListener("click", () => backprop.select(null));
  backprop.on("select", show);
  backprop.on("pass", () => backprop.select(null));
  backprop.on("computed", refresh);
  panel.hidden = false;
  show(null);
})();
