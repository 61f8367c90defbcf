"use strict";
// The page computes: numbers may be changed, everything after them is worked out anew; the network
// learns, an update or many epochs; what has come of it can be kept as a config.
(() => {
  const { backprop } = window;
  const told = backprop.data.compute;
  const place = document.getElementById("compute");
  if (!told || !place) return;
  if (told.off) {
    const reason = document.createElement("p");
    reason.textContent = told.off;
    place.append(reason);
    return;
  }

  const { made, field, group } = backpropFields;
  const runner = backpropRunning.runner(backpropProgram, told.program);
  const { begin, copy, same, worked, keyOf } = backpropModel.of(told, runner);

  let model = begin();
  let past = 0; // epochs that were made before what the page shows
  let shown = 0; // the sample whose numbers can be changed
  let marked = begin(); // what "was" means
  const written = new Map(backprop.values);
  const base = worked(model);
  let latest = base;

  /** Put the numbers of the model on the page; what is as it was written stays so to the last bit. */
  function show() {
    const now = latest = worked(model);
    for (const [key, before] of written) {
      if (!now.has(key)) continue;
      const number = Object.is(now.get(key), base.get(key)) ? before : now.get(key);
      if (!Object.is(backprop.values.get(key), number)) backprop.write(key, number);
    }
    for (const one of live) one.refresh();
    const untouched = same(model, begin());
    document.body.classList.toggle("computed", !untouched);
    note.hidden = untouched;
    backprop.emit("computed");
  }

  /** From now on, "was" means what the numbers are now. */
  function settle() {
    for (const element of document.querySelectorAll("[data-was]")) {
      delete element.dataset.was;
      element.classList.remove("changed");
    }
    marked = copy(model);
  }

  // What may be changed.

  const live = [];
  const format = (value) => backprop.format(value);

  function ofState(label, at, kind) {
    return {
      label, format,
      positive: kind === "eta",
      ...(kind === "eta" ? { least: 0 } : {}),
      get: () => model.state[at],
      start: () => marked.state[at],
      set(value) {
        if (kind === "eta" && !(value > 0)) return "A learning rate is greater than 0.";
        return change(() => { model.state[at] = value; });
      },
    };
  }

  function ofSample(label, at, target) {
    const bounded = target && told.probabilities;
    return {
      label, format,
      ...(bounded ? { least: 0, most: 1 } : {}),
      get: () => waiting.get(at) ?? model.samples[shown][at],
      start: () => marked.samples[shown][at],
      set(value) {
        if (bounded && !(value >= 0 && value <= 1)) return "A target of this error is from 0 to 1.";
        if (target && told.sumToOne) return together(at, value);
        return change(() => { model.samples[shown][at] = value; });
      },
    };
  }

  const waiting = new Map(); // targets that do not add up to 1 yet, by their places

  /** Targets that have to add up to 1 are taken together. */
  function together(at, value) {
    waiting.set(at, value);
    const sample = model.samples[shown];
    const next = sample.map((x, n) => waiting.get(n) ?? x);
    const sum = told.sample.reduce((all, [, , target], n) => (target ? all + next[n] : all), 0);
    if (Math.abs(sum - 1) >= 1e-12) {
      return `Targets add up to 1 here, and now to ${format(sum)}: change another one.`;
    }
    waiting.clear();
    for (const one of live) one.reset();
    return change(() => { model.samples[shown] = next; });
  }

  /** Make a change and show what comes of it. */
  function change(make) {
    stop();
    make();
    show();
    say(error());
    return "";
  }

  // Above and below the steps stands what was so at the start.
  const note = made("p", { class: "others" }, "The page has other numbers by now than are listed here.");
  note.hidden = true;
  document.querySelector(".top > div")?.append(note);

  // What can be done.

  const status = made("p", { class: "status", role: "status" });
  const say = (text) => { status.textContent = text; };

  /** The error of what the page shows, in words. */
  function error() {
    const [before, after] = [told.errorBefore, told.errorAfter].map((key) => format(latest.get(key)));
    return `${told.errorSymbol} is ${before}, and ${after} after the update.`;
  }

  const counted = (n, what) => `${n.toLocaleString("en")} ${what}${n === 1 ? "" : "s"}`;
  const unit = told.perEpoch > 1 ? "epoch" : "update";

  function once() {
    stop();
    settle();
    runner.learner(model)();
    past += 1;
    show();
    say(`${counted(past, unit)} made; the page shows the next pass. ${error()}`);
  }

  function back() {
    stop();
    model = begin();
    past = 0;
    waiting.clear();
    for (const one of live) one.reset();
    settle();
    show();
    settle();
    curve.replaceChildren();
    points = [];
    say("Back to the start.");
  }

  function save() {
    const memory = told.memory.length > 0 && model.updates > 0;
    const remembers = `what it remembers (${told.memory.join(", ")}) is no part of a config`;
    const remarks = memory ? [`The optimizer begins anew: ${remembers}.`] : [];
    const text = backpropSaving.config(told.config, model, remarks);
    kept.querySelector("textarea").value = text;
    kept.hidden = false;
    backpropSaving.save(text, backpropSaving.fileName(backprop.data.network.title ?? ""));
    say(`Saved as a config.${memory ? " The optimizer begins anew there." : ""}`);
  }

  // Many epochs, in a worker.

  let worker = null;
  let points = [];

  function stop() {
    if (!worker) return false;
    worker.terminate();
    worker = null;
    buttons.stop.disabled = true;
    return true;
  }

  function train() {
    const epochs = Number(many.value.replace(/[,\s'’_]/g, ""));
    if (!(Number.isInteger(epochs) && epochs >= 1 && epochs <= 1e7)) {
      many.setAttribute("aria-invalid", "true");
      say("A number of epochs is from 1 to 10,000,000.");
      return;
    }
    many.removeAttribute("aria-invalid");
    stop();
    settle();
    const first = past;
    const started = performance.now();
    worker = backpropTraining.worker();
    buttons.stop.disabled = false;
    worker.onmessage = ({ data }) => {
      model = { ...model, state: data.state, updates: data.updates };
      past = first + data.done;
      for (const [epoch, seen] of data.points) points.push([first + epoch, seen]);
      draw();
      say(`${counted(past, "epoch")} …`);
      if (data.ended) ended(data.ended, (performance.now() - started) / 1000, data.done);
    };
    worker.onerror = (event) => { stop(); say(`It went wrong: ${event.message}`); };
    worker.postMessage({ program: told.program, model: copy(model), epochs });
  }

  function ended(how, seconds, done) {
    stop();
    show();
    const all = counted(past, "epoch");
    const what = {
      done: `${counted(done, "epoch")} in ${seconds.toFixed(2)} s; the page shows the pass after ${all}.`,
      stopped: `Stopped after ${all}.`,
      diverged: `After ${all} a number is not finite any more: a smaller learning rate may help.`,
    };
    say(`${what[how]} ${error()}`);
  }

  function draw() {
    while (points.length > 1000) points = points.filter((_, n) => n % 2 === 0);
    curve.replaceChildren(backpropCurve.drawn(points, past, told.epochSymbol));
  }

  // The panel.

  const curve = made("figure", { class: "curve" });
  const many = made("input", {
    type: "text", inputmode: "numeric", value: "10,000", size: "9", "aria-label": "Number of epochs",
  });
  const kept = made("details", { class: "kept" }, made("summary", {}, "The config as text"),
    made("textarea", { readonly: "", rows: "12", "aria-label": "The config", spellcheck: "false" }));
  kept.hidden = true;
  const button = (text, act) => {
    const one = made("button", { type: "button" }, text);
    one.addEventListener("click", act);
    return one;
  };
  const buttons = {
    once: button(`One ${unit}`, once),
    train: button("Train", train),
    stop: button("Stop", () => { if (stop()) ended("stopped", 0, 0); }),
    back: button("Back to the start", back),
    save: button("Save as config", save),
  };
  buttons.stop.disabled = true;
  many.addEventListener("keydown", (event) => {
    if (event.key === "Enter") train();
    if (event.key.startsWith("Arrow")) event.stopPropagation();
  });
  const chosen = made("div", { class: "chosen" });
  const above = document.querySelector("#why h2"); // what is told of a number stands below it
  if (above) above.after(chosen);
  const panel = made("details", { class: "all-numbers" }, made("summary", {}, "Numbers"));
  place.append(
    made("h2", {}, "Compute"),
    ...(above ? [] : [chosen]),
    made("div", { class: "actions" }, buttons.once,
      made("span", { class: "together" }, buttons.train, many, " epochs"),
      buttons.stop, buttons.back, buttons.save),
    status, curve, panel, kept,
  );

  const editable = new Map(); // what may be changed, by its key on the page
  for (const { title, kind, fields } of told.groups) {
    const abouts = fields.map(([key, symbol, at]) => {
      const about = ofState(symbol, at, kind);
      editable.set(key, about);
      return about;
    });
    panel.append(group(title, abouts, told.groups.length < 8, live));
  }
  const sampleFields = told.sample.map(([, symbol, target], at) => ofSample(symbol, at, target));
  const ofTheSample = group("Inputs and targets", sampleFields, told.sample.length < 24, live);
  panel.querySelector("summary").after(ofTheSample);
  told.sample.forEach(([key], at) => {
    told.samples.forEach((_, n) => {
      editable.set(keyOf(key, n), { at, sample: n });
    });
  });

  /** Change the sample whose numbers stand in the panel. */
  function turnTo(sample) {
    shown = sample;
    waiting.clear();
    if (told.samples.length > 1) {
      ofTheSample.querySelector("summary").textContent = `Inputs and targets of sample ${sample + 1}`;
    }
    for (const one of live) {
      one.reset();
      one.refresh();
    }
  }

  backprop.on("pass", () => { if (backprop.pass?.sample) turnTo(backprop.pass.sample - 1); });
  turnTo((backprop.pass?.sample || 1) - 1);

  // A chosen quantity that may be changed stands above all others.
  let top = null;
  backprop.on("select", (key) => {
    if (top) live.splice(live.indexOf(top), 1);
    chosen.replaceChildren();
    top = null;
    let about = key === null ? undefined : editable.get(key);
    if (!about) return;
    if (about.sample !== undefined) {
      turnTo(about.sample);
      about = sampleFields[about.at];
    }
    top = field(about);
    live.push(top);
    chosen.append(top.row);
    top.refresh();
  });
  say(error());

  backprop.compute = { model: () => model, past: () => past, worked: () => worked(model) };
})();
