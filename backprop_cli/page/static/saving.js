"use strict";
// A config with the numbers of the page: its text comes in pieces, with places for numbers.

const backpropSaving = (() => {
  /** A number as TOML has it, which reads back as the same float. */
  function written(value) {
    if (Object.is(value, -0)) return "-0.0";
    return Math.abs(value) >= 1e15 ? value.toExponential() : String(value);
  }

  /** The text of a config: a number that is what it was stays as it was written. */
  function config(pieces, model, remarks) {
    const text = pieces.map((piece) => {
      if (typeof piece === "string") return piece;
      const [sample, place, before, was = Number(before)] = piece;
      const value = sample ? model.samples[sample - 1][place] : model.state[place];
      return Object.is(value, was) ? before : written(value);
    });
    return remarks.map((remark) => `# ${remark}\n`).join("") + text.join("");
  }

  /** A name for the file, made of a title. */
  function fileName(title) {
    const plain = title.normalize("NFKD").toLowerCase().replace(/[^a-z0-9]+/g, "-");
    return `${plain.replace(/^-+|-+$/g, "").slice(0, 40) || "network"}.toml`;
  }

  /** Let the reader keep `text` as a file. */
  function save(text, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/toml" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  return { config, fileName, save };
})();
