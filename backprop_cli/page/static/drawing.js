"use strict";
// The drawing: which of its shapes stand for which quantity, and the numbers of the pass shown.
(() => {
  const { backprop } = window;
  const figure = document.getElementById("drawing");
  if (!figure) return;
  const all = [...figure.querySelectorAll("[data-key]")];
  backprop.shapes = new Map(); // key → elements that stand for it
  backprop.views = [...figure.querySelectorAll(".view")];

  const label = (element, key) => `${element.dataset.key.replaceAll("_", " ")} ${backprop.format(backprop.values.get(key))}`;

  /** Find out anew what every shape stands for, and write the numbers of the pass. */
  function refresh(rewrite) {
    backprop.shapes.clear();
    backprop.drawn.clear();
    for (const element of all) {
      const key = backprop.resolve(element.dataset.key);
      if (!backprop.shapes.has(key)) backprop.shapes.set(key, []);
      backprop.shapes.get(key).push(element);
      if (!element.classList.contains("number")) continue;
      const digits = Number(element.closest("svg").dataset.digits) || 5;
      if (!backprop.drawn.has(key)) backprop.drawn.set(key, []);
      backprop.drawn.get(key).push([element, digits]);
      const value = backprop.values.get(key);
      if (value === undefined || value === null) continue;
      if (rewrite) element.textContent = backprop.format(value, digits);
      element.setAttribute("aria-label", label(element, key));
    }
  }

  for (const svg of figure.querySelectorAll("svg")) svg.setAttribute("role", "group");
  for (const element of all) {
    if (!element.classList.contains("number")) continue;
    element.setAttribute("role", "button");
    element.setAttribute("tabindex", "-1");
  }
  refresh(false);
  all.find((element) => element.hasAttribute("tabindex"))?.setAttribute("tabindex", "0");
  backprop.on("pass", () => refresh(true));
  backprop.on("write", (key, number) => {
    for (const [element] of backprop.drawn.get(key) ?? []) element.setAttribute("aria-label", label(element, key));
  });

  /** Show the view for a stage: of the update, or of the pass. */
  backprop.view = (stage) => {
    const wanted = stage === "update" ? "update" : "pass";
    if (backprop.views.length < 2) return;
    for (const view of backprop.views) view.hidden = view.dataset.view !== wanted;
    for (const button of document.querySelectorAll("#views button")) {
      button.setAttribute("aria-pressed", String(button.value === wanted));
    }
    const tabbed = backprop.views.flatMap((view) => [...view.querySelectorAll("[tabindex]")]);
    tabbed.forEach((one) => one.setAttribute("tabindex", "-1"));
    tabbed.find((one) => !one.closest("[hidden]"))?.setAttribute("tabindex", "0");
  };
  for (const button of document.querySelectorAll("#views button")) {
    button.addEventListener("click", () => backprop.view(button.value));
  }
  backprop.view("pass");
  const chooser = document.getElementById("views");
  if (chooser && backprop.views.length > 1) chooser.hidden = false;
})();
