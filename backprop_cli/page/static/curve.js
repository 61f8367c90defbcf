"use strict";
// The error by epochs as a drawing, on a scale of powers of ten.

const backpropCurve = (() => {
  const SPACE = "http://www.w3.org/2000/svg";
  const WIDTH = 480, HEIGHT = 220, LEFT = 58, RIGHT = 28, TOP = 22, BOTTOM = 34;

  function element(name, attributes, text) {
    const made = document.createElementNS(SPACE, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  /** Up to six numbers to write at an axis, from 0 on, at equal distances. */
  function ticks(most) {
    const rough = Math.max(most, 1) / 5;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = Math.max(1, [1, 2, 5, 10].find((n) => n * power >= rough) * power);
    return Array.from({ length: Math.floor(most / step) + 1 }, (_, n) => n * step);
  }

  /** Powers of ten from below the smallest error to above the largest, not too many to read. */
  function decades(errors) {
    const low = Math.floor(Math.log10(Math.min(...errors)) + 1e-9);
    const high = Math.max(Math.ceil(Math.log10(Math.max(...errors)) - 1e-9), low + 1);
    const step = Math.ceil((high - low) / 6);
    const found = [];
    for (let power = low; power < high + step; power += step) found.push(power);
    return found;
  }

  function powerText(power) {
    const raised = String(power).replace(/./g, (sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]);
    return power >= -3 && power <= 3 ? String(Number(`1e${power}`)) : `10${raised}`;
  }

  /** The drawing of [epoch, error] pairs up to an epoch; an error of 0 has no place on it. */
  function drawn(points, last, symbol) {
    const seen = points.filter(([, error]) => error > 0);
    const powers = decades(seen.length ? seen.map(([, error]) => error) : [1]);
    const [low, high] = [powers[0], powers.at(-1)];
    const x = (epoch) => LEFT + ((WIDTH - LEFT - RIGHT) * epoch) / Math.max(last, 1);
    const y = (power) => HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * (power - low)) / (high - low);
    const picture = element("svg", {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", class: "curve-drawing",
    });
    picture.append(element("title", {}, `${symbol} by epochs, up to epoch ${last}`));
    for (const power of powers) {
      const at = y(power);
      picture.append(
        element("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: at, y2: at, class: "grid" }),
        element("text", { x: LEFT - 6, y: at + 4, "text-anchor": "end" }, powerText(power)),
      );
    }
    for (const tick of ticks(last)) {
      picture.append(element("text", {
        x: x(tick), y: HEIGHT - BOTTOM + 16, "text-anchor": "middle",
      }, tick.toLocaleString("en")));
    }
    picture.append(
      element("text", { x: LEFT, y: TOP - 8, "text-anchor": "start", class: "axis" }, symbol),
      element("text", { x: WIDTH - RIGHT, y: HEIGHT - 4, "text-anchor": "end", class: "axis" },
        "epochs"),
      element("polyline", {
        points: seen.map(([epoch, error]) => `${x(epoch).toFixed(1)},${y(Math.log10(error)).toFixed(1)}`)
          .join(" "),
        class: "line",
      }),
    );
    return picture;
  }

  return { drawn };
})();
