"use strict";
// A marked sheet: opened at the first wrong line; a number in the drawing leads to its line.
(() => {
  const { first } = JSON.parse(document.getElementById("bp-data").textContent);
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const SIGNS = { "✓": "correct", "→": "follow-through", "✗": "wrong", "○": "blank" };

  function show(element, behavior) {
    if (!element.querySelector(".right")) for (const details of element.querySelectorAll("details")) details.open = true;
    element.scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : behavior });
    element.focus({ preventScroll: true });
  }

  /** The line of a quantity in the drawing, whose keys do not say which sample is drawn. */
  function lineOf(number) {
    const key = number.dataset.key;
    const lines = [...document.querySelectorAll(".step.answered")];
    const given = number.textContent.replace(/ [✓→✗○]$/, "");
    const named = lines.filter((line) => line.dataset.key === key || line.dataset.key.endsWith(`.${key}`));
    return named.find((line) => line.querySelector(".given b")?.textContent === given) ?? named[0];
  }

  for (const number of document.querySelectorAll(".bp-drawing .number[data-key]")) {
    const sign = SIGNS[number.textContent.slice(-1)];
    if (sign) number.classList.add(sign);
    const line = lineOf(number);
    if (line) number.addEventListener("click", () => show(line, "smooth"));
  }

  const chosen = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const start = chosen ?? (first && document.getElementById(first));
  if (start) show(start, "auto");
  addEventListener("hashchange", () => {
    const element = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (element?.classList.contains("step")) show(element, "smooth");
  });
})();
