"use strict";
// What the operators of formulas mean on floats, as formulas/arithmetic.py has it: e^1000 is
// infinite, ln 0 and x/0 take the smallest normal float in place of 0.
//
// e^x and x^n are rounded as the C library of Python rounds them, but for one number in some
// hundred; Math.exp differs in one of ten, and 1 - out makes that visible where out is almost 1.

const backpropArithmetic = (() => {
  const TINY = 2 ** -1022;
  const SPLIT = 2 ** 27 + 1; // Dekker (1971): halves of a float
  const PARTS = Array.from({ length: 17 }, (_, n) => 1 / n);
  const LN2_HIGH = 0.693147180369123816490; // its last 32 bits are 0
  const LN2_LOW = 1.90821492927058770002e-10;

  let off = 0; // what the last product or sum has rounded off

  /** The product of two floats, rounded; `off` is the rest of it. */
  function product(x, y) {
    const rounded = x * y;
    const xs = x * SPLIT, ys = y * SPLIT;
    const xh = xs - (xs - x), yh = ys - (ys - y);
    const xl = x - xh, yl = y - yh;
    off = xl * yl - (rounded - xh * yh - xl * yh - xh * yl);
    return rounded;
  }

  /** The sum of two floats, rounded, the first of which is not the smaller; `off` is the rest. */
  function sum(x, y) {
    const rounded = x + y;
    off = y - (rounded - x);
    return rounded;
  }

  /** e^x by its series, of what is left of x when multiples of ln 2 are taken away. */
  function exp(x) {
    if (!(x < 709.79)) return Number.isNaN(x) ? x : Infinity;
    if (x < -745.14) return 0;
    const twos = Math.round(x / Math.LN2);
    const rest = sum(x - twos * LN2_HIGH, -twos * LN2_LOW);
    const restOff = off;
    const square = product(rest, rest);
    const squareOff = off;
    const sixth = rest / 6;
    const cube = product(square, sixth);
    // With what the division by 6 has rounded off.
    const cubeOff = off + squareOff * sixth + square * ((rest - 6 * sixth) / 6);
    let tail = 0;
    for (let n = 16; n > 4; n--) tail = (tail + 1) * rest * PARTS[n];
    const fourth = ((square * square) / 24) * (1 + tail);
    // 1 + rest + rest²/2 + rest³/6 + …
    const first = sum(1, rest);
    let small = off;
    const second = sum(first, square / 2);
    small += off;
    const third = sum(second, cube);
    small += off + fourth + restOff * (1 + rest + square / 2) + squareOff / 2 + cubeOff;
    const half = twos >> 1;
    return (third + small) * 2 ** half * 2 ** (twos - half);
  }

  /** x^n; of a whole n by squaring, in twice as many digits. */
  function power(x, n) {
    if (!Number.isInteger(n) || Math.abs(n) > 2 ** 31 || !(Math.abs(x) < 1e150)) return x ** n;
    let value = 1, valueOff = 0, factor = x, factorOff = 0;
    for (let left = Math.abs(n); left > 0; left = Math.floor(left / 2)) {
      if (left % 2) {
        value = times(value, valueOff, factor, factorOff);
        valueOff = off;
      }
      if (left > 1) {
        factor = times(factor, factorOff, factor, factorOff);
        factorOff = off;
      }
    }
    if (!Number.isFinite(value) || Math.abs(value) < 1e-290) return x ** n;
    return n < 0 ? 1 / (value + valueOff) : value + valueOff;
  }

  function times(x, xOff, y, yOff) {
    const rounded = product(x, y);
    return sum(rounded, off + (x * yOff + xOff * y));
  }

  /** Φ(x): by its series near 0, by a continued fraction below (Abramowitz & Stegun, 26.2.11, 14). */
  function Phi(x) {
    if (x > 0) return 1 - Phi(-x);
    if (!(x < -2)) {
      let term = x, series = x;
      for (let odd = 3; Math.abs(term) > 1e-20; odd += 2) {
        term *= (x * x) / odd;
        series += term;
      }
      return 0.5 + phi(x) * series;
    }
    let fraction = -x;
    for (let n = 200; n > 0; n--) fraction = n / fraction - x;
    return phi(x) / fraction;
  }

  function phi(x) {
    return exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
  }

  /** The first of the largest, as Python's max. */
  function largest(first, ...others) {
    let found = first;
    for (const other of others) if (other > found) found = other;
    return found;
  }

  /** The sum of what stands at one place in the array of every sample, in their order. */
  function total(samples, place) {
    let found = samples[0][place];
    for (let n = 1; n < samples.length; n++) found += samples[n][place];
    return found;
  }

  return {
    divided: (x, y) => x / (y !== 0 ? y : TINY),
    square: (x) => x * x,
    power,
    exp,
    ln: (x) => Math.log(x !== 0 ? x : TINY),
    log1p: Math.log1p,
    sqrt: Math.sqrt,
    tanh: Math.tanh,
    abs: Math.abs,
    sign: (x) => (x > 0) - (x < 0),
    largest,
    Phi,
    phi,
    total,
  };
})();
