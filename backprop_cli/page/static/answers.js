// A file of answers: TOML, written around what was typed, and read again.
// `window.answers` has both ways, and no more of the page than its data.
(() => {
  "use strict";

  const ESCAPED = { "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r" };
  const MEANT = { b: "\b", t: "\t", n: "\n", f: "\f", r: "\r", '"': '"', "\\": "\\" };

  /** Text without halves of characters, which no file can hold. */
  function whole(text) {
    return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");
  }

  /** A text as a string of TOML, whatever stands in it. */
  function quoted(text) {
    const inside = whole(text).replace(/["\\]/g, "\\$&").replace(
      /[\u0000-\u001f\u007f]/g,
      (sign) => ESCAPED[sign] ?? `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
    return `"${inside}"`;
  }

  /** A text as it may stand behind a # of TOML. */
  function remarked(text) {
    return whole(text).replace(/[\u0000-\u0020\u007f\u2028\u2029]+/g, " ").trim();
  }

  /** The file: `around` is cut where the name and then each of the `texts` go into it. */
  function written(around, name, texts) {
    const said = remarked(name);
    const pieces = texts.map((text, at) => quoted(text) + around[at + 2]);
    return around[0] + (said && ` ${said}`) + around[1] + pieces.join("");
  }

  /** A name that any system takes for a file, as `backprop grade` reads it. */
  function fileName(name) {
    const plain = whole(name).normalize("NFC").replace(/[^\p{L}\p{N}_. @+-]/gu, "_");
    const cut = [...plain.replace(/^[ .]+/, "")].slice(0, 60).join("").replace(/[ .]+$/, "");
    return cut ? `${cut}.answers.toml` : "answers.toml";
  }

  /** What stands in a file: the name, and the texts of each key, in the order of its matrix. */
  function read(text) {
    const lines = new Reader(text.replace(/^\ufeff/, ""));
    const found = { name: "", texts: new Map() };
    let table = "";
    while (!lines.done()) {
      lines.skip(/[\s,]+/y);
      const remark = lines.take(/#(.*)/y);
      if (remark) {
        const said = /^ *Name: *(\S.*?) *$/.exec(remark[1]);
        if (said) found.name ||= said[1];
        continue;
      }
      const heading = lines.take(/\[([^\]\n]*)\]/y);
      if (heading) {
        table = `${plainKey(heading[1])}.`;
        continue;
      }
      const key = lines.take(/([^=:\n#]+?)[ \t]*[=:]/y);
      if (key) found.texts.set(table + plainKey(key[1]), lines.values());
      else lines.skip(/[^\n]*\n?/y);
    }
    return found;
  }

  function plainKey(key) {
    return key.split(".").map((part) => part.trim().replace(/^(["'])(.*)\1$/, "$2")).join(".");
  }

  class Reader {
    constructor(text) {
      this.text = text;
      this.at = 0;
    }

    done() {
      return this.at >= this.text.length;
    }

    take(pattern) {
      pattern.lastIndex = this.at;
      const found = pattern.exec(this.text);
      if (found) this.at = pattern.lastIndex;
      return found;
    }

    skip(pattern) {
      this.take(pattern);
    }

    /** The texts of a value: one, or those of a list and of lists in it. */
    values() {
      const found = [];
      let depth = 0;
      do {
        this.skip(depth ? /(?:[\s,]|#.*)+/y : /[ \t]+/y);
        if (this.take(/\[/y)) depth += 1;
        else if (this.take(/\]/y)) depth -= 1;
        else {
          const text = this.one(depth);
          if (text === null) break;
          found.push(text);
        }
      } while (depth > 0 && !this.done());
      return found;
    }

    one(depth) {
      const string = this.take(/"((?:[^"\\\n]|\\.)*)"/y);
      if (string) return unquoted(string[1]);
      const literal = this.take(/'([^'\n]*)'/y);
      if (literal) return literal[1];
      const bare = this.take(depth ? /[^\s,\]#]+/y : /[^\n#]+/y);
      return bare ? bare[0].trim() : depth ? null : "";
    }
  }

  function unquoted(inside) {
    return inside.replace(/\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/g, (all, short, long, sign) => {
      const code = parseInt(short ?? long ?? "", 16);
      if (Number.isNaN(code)) return MEANT[sign] ?? all;
      return code <= 0x10ffff ? String.fromCodePoint(code) : all;
    });
  }

  window.answers = { written, read, quoted, fileName };
})();
