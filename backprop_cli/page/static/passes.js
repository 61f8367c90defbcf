"use strict";
// Of several epochs and samples one is shown at a time.
(() => {
  const { backprop } = window;
  const { passes } = backprop.data;
  const place = document.getElementById("passes");
  const parts = [...document.querySelectorAll(".part")];
  if (!place || !passes.length) return;
  const told = (name) => [...new Set(passes.map((pass) => pass[name]))];
  const FEW = 8; // more are chosen by a slider

  /** Show a pass: its own parts, those of its batch, and those of its epoch. */
  function show(pass) {
    backprop.pass = pass;
    for (const part of parts) {
      const [epoch, batch, sample] = ["epoch", "batch", "sample"].map((name) => Number(part.dataset[name]));
      part.hidden = epoch !== pass.epoch || (batch > 0 && batch !== pass.batch)
        || (sample > 0 && sample !== pass.sample);
    }
    for (const refresh of refreshing) refresh(pass);
    backprop.emit("pass", pass);
  }

  const refreshing = [];
  const nearest = (wanted) => passes.find((pass) => Object.entries(wanted).every(([name, value]) => pass[name] === value))
    ?? passes[0];

  /** A button for each, or a slider where there are many. */
  function chooser(name, title) {
    const numbers = told(name);
    if (numbers.length < 2) return;
    const other = name === "epoch" ? "sample" : "epoch";
    const choose = (number) => show(nearest({ [name]: number, [other]: backprop.pass[other] }));
    const group = document.createElement("fieldset");
    const legend = group.appendChild(document.createElement("legend"));
    legend.textContent = title;
    if (numbers.length <= FEW) {
      for (const number of numbers) {
        const button = group.appendChild(document.createElement("button"));
        button.type = "button";
        button.textContent = String(number);
        button.setAttribute("aria-label", `${title} ${number}`);
        button.addEventListener("click", () => choose(number));
        refreshing.push((pass) => button.setAttribute("aria-pressed", String(pass[name] === number)));
      }
    } else {
      const slider = group.appendChild(document.createElement("input"));
      Object.assign(slider, { type: "range", min: 0, max: numbers.length - 1, step: 1 });
      slider.setAttribute("aria-label", title);
      const output = group.appendChild(document.createElement("output"));
      slider.addEventListener("input", () => choose(numbers[slider.value]));
      refreshing.push((pass) => {
        slider.value = String(numbers.indexOf(pass[name]));
        output.textContent = `${pass[name]} of ${numbers.at(-1)}`;
      });
    }
    place.append(group);
  }

  /** Show the pass that a step belongs to, if it is not shown. */
  backprop.showPassOf = (key) => {
    const part = backprop.steps.get(key)?.element.closest(".part");
    if (!part?.hidden) return;
    const wanted = { epoch: Number(part.dataset.epoch) };
    for (const name of ["batch", "sample"]) {
      if (Number(part.dataset[name])) wanted[name] = Number(part.dataset[name]);
    }
    show(nearest(wanted));
  };

  if (passes.length < 2) return;
  chooser("epoch", "Epoch");
  chooser("sample", "Sample");
  place.hidden = false;
  show(passes[0]);
})();
