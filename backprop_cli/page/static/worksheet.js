// A worksheet that is filled in: kept in the browser while one types, saved as a file, opened again.
(() => {
  "use strict";

  const data = JSON.parse(document.getElementById("bp-data").textContent);
  const by = (id) => document.getElementById(id);
  const fields = [...document.querySelectorAll("input.answer")];
  const student = by("student");
  const place = `backprop-worksheet-${data.digest}`;
  let unsaved = false;
  let askedForName = false;

  // What the browser keeps

  const store = {
    /** What was kept, or null; also where the browser keeps nothing. */
    get() {
      try {
        return JSON.parse(localStorage.getItem(place));
      } catch {
        return null;
      }
    },
    /** Whether it could be kept. */
    set(kept) {
      try {
        if (kept) localStorage.setItem(place, JSON.stringify(kept));
        else localStorage.removeItem(place);
        return true;
      } catch {
        return false;
      }
    },
  };

  function typed() {
    const filled = fields.filter((field) => field.value.trim());
    return Object.fromEntries(filled.map((field) => [field.dataset.key, field.value]));
  }

  function keep() {
    const texts = typed();
    const something = Object.keys(texts).length > 0 || student.value !== data.student;
    const kept = store.set(something ? { name: student.value, texts } : null);
    by("kept").textContent = kept ? "" : " · this browser keeps nothing: save before you close the page";
    return kept;
  }

  function count() {
    const filled = fields.filter((field) => field.value.trim()).length;
    by("count").textContent = `${filled} of ${fields.length} filled in`;
    by("bar").style.setProperty("width", `${(100 * filled) / Math.max(1, fields.length)}%`);
  }

  function changed(field) {
    check(field);
    unsaved = !keep();
    count();
    document.dispatchEvent(new CustomEvent("filled", { detail: field }));
  }

  function fill(name, text) {
    student.value = name;
    for (const field of fields) {
      field.value = text(field) ?? "";
      check(field);
      document.dispatchEvent(new CustomEvent("filled", { detail: field }));
    }
    unsaved = !keep();
    count();
  }

  // What is read as a number. It is a hint, no hindrance: backprop verify has the last word.

  const SIGN = "[+\\-\u2212\u2012-\u2014]?";
  const DECIMAL = `${SIGN}(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)(?:e${SIGN}[0-9]+)?`;
  const POWER = `(?:\\s*[x\u00d7*\u00b7]\\s*10\\s*[\\^{(]*\\s*[+\\-\u2212\u207b]?[0-9\u2070\u00b9\u00b2\u00b3\u2074-\u2079]+[)}]*)?`;
  const NUMBER = new RegExp(`^[~\u2248]?\\s*${DECIMAL}(?:${POWER}|\\s*/\\s*${DECIMAL})$`, "i");

  function check(field) {
    const text = field.value.split(/[=\u2248]/).filter((part) => part.trim()).pop() ?? "";
    const wrong = text.trim() !== "" && !NUMBER.test(text.trim());
    field.toggleAttribute("data-odd", wrong);
    if (wrong) {
      field.setAttribute("aria-invalid", "true");
      field.title = "This is not read as a number. Write 0.25, 1.2e-3 or 3/8.";
    } else {
      field.removeAttribute("aria-invalid");
      field.removeAttribute("title");
    }
  }

  // Keys

  function go(field) {
    if (!field) return;
    field.focus();
    field.select();
  }

  function inGrid(field, down, right) {
    const { of, row, column } = field.dataset;
    const next = { row: Number(row) + down, column: Number(column) + right };
    return fields.find(
      (other) =>
        other.dataset.of === of &&
        Number(other.dataset.row) === next.row &&
        Number(other.dataset.column) === next.column,
    );
  }

  function pressed(event) {
    const field = event.target;
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    let next;
    if (event.key === "Enter") next = fields[fields.indexOf(field) + (event.shiftKey ? -1 : 1)];
    else if (field.dataset.row && !event.shiftKey) next = byArrow(event.key, field);
    if (!next) return;
    event.preventDefault();
    go(next);
  }

  function byArrow(key, field) {
    const { selectionStart: start, selectionEnd: end, value } = field;
    const all = start === 0 && end === value.length;
    if (key === "ArrowUp") return inGrid(field, -1, 0);
    if (key === "ArrowDown") return inGrid(field, 1, 0);
    if (key === "ArrowLeft" && (all || end === 0)) return inGrid(field, 0, -1);
    if (key === "ArrowRight" && (all || start === value.length)) return inGrid(field, 0, 1);
    return undefined;
  }

  // Files

  function say(text) {
    by("said").textContent = text;
  }

  function save() {
    if (!student.value.trim() && !askedForName) {
      askedForName = true;
      student.focus();
      say("Your name is missing: the file will be called by it. Save again to go on without.");
      return;
    }
    const text = window.answers.written(data.answers, student.value, fields.map((field) => field.value.trim()));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/toml" }));
    link.download = window.answers.fileName(student.value);
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    unsaved = false;
    say(`Saved as ${link.download}: this is the file to hand in.`);
  }

  async function open(file) {
    if (!file) return;
    const { name, texts } = window.answers.read(await file.text());
    const own = fields.filter((field) => textOf(field, texts) !== undefined);
    if (own.length === 0) {
      say(`${file.name} has no answers to this sheet.`);
      return;
    }
    const anything = fields.some((field) => field.value.trim());
    if (anything && !(await sure("Put the answers of the file in place of what stands here?", "Open the file"))) return;
    fill(name || student.value, (field) => textOf(field, texts));
    const keys = new Set(fields.map((field) => field.dataset.of));
    const strange = [...texts.keys()].filter((key) => !keys.has(key)).length;
    say(`Opened ${file.name}.` + (strange ? ` ${strange} of its answers belong to no field here.` : ""));
  }

  function textOf(field, texts) {
    const values = texts.get(field.dataset.of);
    const siblings = fields.filter((other) => other.dataset.of === field.dataset.of);
    return values?.length === siblings.length ? values[siblings.indexOf(field)] : undefined;
  }

  function sure(said, yes) {
    const dialog = by("sure");
    by("sure-said").textContent = said;
    by("sure-yes").textContent = yes;
    dialog.returnValue = "";
    dialog.showModal();
    by("sure-no").focus();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    });
  }

  async function anew() {
    if (!(await sure("Empty every field of this sheet? What is not saved as a file is lost.", "Start anew"))) return;
    fill(data.student, () => "");
    say("The sheet is empty.");
    go(fields[0]);
  }

  for (const field of fields) {
    field.addEventListener("input", () => changed(field));
    field.addEventListener("keydown", pressed);
  }
  student.addEventListener("input", () => (unsaved = !keep()));
  student.addEventListener("keydown", (event) => {
    if (event.key === "Enter") go(fields[0]);
  });
  by("save").addEventListener("click", save);
  by("open").addEventListener("click", () => by("file").click());
  by("file").addEventListener("change", (event) => {
    open(event.target.files[0]);
    event.target.value = "";
  });
  by("print").addEventListener("click", () => window.print());
  by("anew").addEventListener("click", anew);
  by("sure-no").addEventListener("click", () => by("sure").close("no"));
  by("sure-yes").addEventListener("click", () => by("sure").close("yes"));
  window.addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });

  for (const element of document.querySelectorAll("#tools, #progress, .scripted")) element.hidden = false;
  const kept = store.get();
  if (kept && typeof kept.texts === "object") {
    fill(String(kept.name ?? ""), (field) => kept.texts[field.dataset.key]);
  }
  count();
})();
