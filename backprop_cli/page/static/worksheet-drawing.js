// The drawing of a worksheet: its blanks are fields too, twins of those in the list.
(() => {
  "use strict";

  const fields = [...document.querySelectorAll("input.answer")];
  const twins = new Map();

  /** The field of the first pass, which is the one that is drawn. */
  const fieldOf = (key) => fields.find((field) => field.dataset.quantity === key);

  function place(number, over, svg) {
    const field = fieldOf(number.dataset.key);
    if (!field || !/^_+$/.test(number.textContent)) return;
    const { width, height } = svg.viewBox.baseVal;
    const begin = number.getStartPositionOfChar(0);
    const size = parseFloat(number.parentNode.getAttribute("font-size"));
    const twin = document.createElement("input");
    Object.assign(twin, { type: "text", className: "twin", tabIndex: -1, autocomplete: "off", spellcheck: false, maxLength: 400 });
    twin.setAttribute("aria-label", `${field.getAttribute("aria-label")}, in the drawing: ${svg.querySelector("title").textContent}`);
    Object.assign(twin.style, {
      left: `${(100 * begin.x) / width}%`,
      top: `${(100 * (begin.y - size)) / height}%`,
      width: `${(100 * number.getComputedTextLength()) / width}%`,
      height: `${(130 * size) / height}%`,
      fontSize: `${(94 * size) / width}cqw`,
    });
    twin.value = field.value;
    number.classList.add("covered");
    twins.set(field, [...(twins.get(field) ?? []), twin]);
    twin.addEventListener("input", () => {
      field.value = twin.value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    twin.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      const next = fields[fields.indexOf(field) + (event.shiftKey ? -1 : 1)];
      const drawn = next && (twins.get(next) ?? []).find((one) => one.offsetParent);
      (drawn ?? next ?? twin).focus();
    });
    over.append(twin);
  }

  function cover(details) {
    const over = details.querySelector(".over");
    if (!details.open || over.dataset.covered) return;
    over.dataset.covered = "yes";
    const svg = over.querySelector("svg");
    for (const number of svg.querySelectorAll(".number[data-key]")) place(number, over, svg);
  }

  for (const details of document.querySelectorAll(".drawn")) {
    details.addEventListener("toggle", () => cover(details));
    cover(details);
  }
  document.addEventListener("filled", ({ detail }) => {
    for (const twin of twins.get(detail) ?? []) if (twin.value !== detail.value) twin.value = detail.value;
  });
})();
