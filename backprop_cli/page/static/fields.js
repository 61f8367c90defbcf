"use strict";
// Numbers that the reader may change: by typing, by arrow keys, by a slider.

const backpropFields = (() => {
  let count = 0;

  /** The number that a text says, a fraction too; NaN if it says none. */
  function read(text) {
    const plain = text.trim().replace(/[−–]/g, "-").replace(/^([-+]?\d*),(\d+)$/, "$1.$2");
    const number = "[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?";
    if (new RegExp(`^${number}$`).test(plain)) return Number(plain);
    const [, over, under] = plain.match(new RegExp(`^(${number})\\s*/\\s*(${number})$`)) ?? [];
    return Number(over) / Number(under);
  }

  /** How far an arrow key goes: a unit of the second digit. */
  function stepOf(value) {
    return 10 ** (Math.floor(Math.log10(Math.max(Math.abs(value), 0.1)) + 1e-9) - 1);
  }

  /** `value` without the noise that adding decimals leaves. */
  const tidy = (value) => Number(value.toPrecision(12));

  function made(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  /**
   * A row for one number. `about` has its `label`, `get()`, `set(value)`, which returns what is
   * wrong with a value or nothing, `least` and `most`, if there are, `start()`, the value to say
   * it was, and `format(value)`.
   */
  function field(about) {
    const id = `number${(count += 1)}`;
    const input = made("input", {
      id, type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false",
      role: "spinbutton", "aria-describedby": `${id}told`,
    });
    const slider = made("input", {
      type: "range", step: "any", "aria-label": `${about.label}, slider`, tabindex: "-1",
    });
    const told = made("span", { id: `${id}told`, class: "told", "aria-live": "polite" });
    const row = made("div", { class: "number" },
      made("label", { for: id }, about.label), input, slider, told);
    let wrong = false, sliding = false;

    function tell(message) {
      wrong = Boolean(message);
      if (wrong) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
      row.classList.toggle("wrong", wrong);
      const [value, start] = [about.get(), about.start()];
      told.textContent = message || (Object.is(value, start) ? "" : `was ${about.format(start)}`);
    }

    /** Take a value, or say why not. The text stays as it was typed. */
    function take(value) {
      const message = Number.isFinite(value) ? about.set(value) : "Not a number: nothing changed.";
      tell(message);
      return !message;
    }

    function write() {
      const value = about.get();
      input.value = document.activeElement === input ? String(value) : about.format(value);
    }

    /** Show what the number is now; a text that is wrong stays to be put right. */
    function refresh() {
      const value = about.get();
      const typed = document.activeElement === input && Object.is(read(input.value), value);
      if (!wrong && !typed) write();
      input.setAttribute("aria-valuenow", String(value));
      input.setAttribute("aria-valuetext", about.format(value));
      input.title = String(value);
      if (!sliding) {
        const reach = Math.max(1, 2 * Math.abs(about.start()), 1.25 * Math.abs(value));
        slider.min = String(about.least ?? -reach);
        slider.max = String(about.most ?? reach);
      }
      slider.value = String(value);
      if (!wrong) tell("");
    }

    function move(steps) {
      const value = about.get();
      let next = tidy(value + steps * stepOf(value));
      if (about.most !== undefined) next = Math.min(next, about.most);
      if (about.least !== undefined && next <= about.least) next = Math.max(value / 2, about.least);
      if (take(next)) write();
    }

    input.addEventListener("input", () => take(read(input.value)));
    input.addEventListener("focus", () => {
      if (wrong) return;
      const whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
      input.value = String(about.get());
      if (whole) input.select(); // come to by Tab: what is typed takes its place
    });
    input.addEventListener("blur", () => { if (!wrong) input.value = about.format(about.get()); });
    input.addEventListener("keydown", (event) => {
      const steps = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
      if (event.key === "Escape") {
        tell("");
        input.value = String(about.get());
      } else if (steps) {
        move(steps * (event.shiftKey ? 10 : 1));
        event.preventDefault();
      }
      if (steps || event.key.startsWith("Arrow")) event.stopPropagation(); // no step of the page
    });
    slider.addEventListener("change", () => { sliding = false; });
    slider.addEventListener("input", () => {
      sliding = true;
      const value = Number(slider.value);
      const fine = (Number(slider.max) - Number(slider.min)) / 400;
      const unit = 10 ** Math.round(Math.log10(fine));
      let near = tidy(Math.round(value / unit) * unit);
      if (about.positive && near <= 0) near = unit;
      if (take(near)) write();
    });

    /** Forget a text that was wrong. */
    function reset() {
      wrong = false;
      row.classList.remove("wrong");
      input.removeAttribute("aria-invalid");
    }

    return { row, input, refresh, reset };
  }

  /** Fields under a heading, which are made when it is opened. */
  function group(title, abouts, open, live) {
    const body = made("div", { class: "numbers" });
    const details = made("details", {}, made("summary", {}, title), body);
    const fill = () => {
      if (!details.open || body.childElementCount) return;
      for (const about of abouts) {
        const one = field(about);
        live.push(one);
        body.append(one.row);
        one.refresh();
      }
    };
    details.addEventListener("toggle", fill);
    details.open = open;
    fill();
    return details;
  }

  return { read, field, group, made };
})();
