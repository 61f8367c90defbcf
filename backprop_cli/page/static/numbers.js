"use strict";
// Numbers as text, to the last digit as show/numbers.py writes them: rounded half to even, by the
// exact value of the float; trailing zeros trimmed, except with `decimals`.

const backpropNumbers = (() => {
  const SMALLEST = -7, LARGEST = 15;
  const MOST = 100; // digits that toExponential and toFixed know

  /** `value` in decimals, by a form {digits, decimals}; `decimals` is null unless asked for. */
  function written(value, { digits, decimals }) {
    if (Number.isNaN(value)) return "nan";
    if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
    if (decimals !== null && decimals !== undefined) return fixed(value, decimals);
    return placed(scientific(value, Math.min(digits - 1, MOST)));
  }

  /** Whether `longer`, with one digit more than is wanted, is the middle between two numbers. */
  function fromTheMiddle(longer, longest) {
    const rest = longest.slice(longer.length - 1);
    return longer.endsWith("5") && longest.startsWith(longer.slice(0, -1)) && /^50*$/.test(rest);
  }

  /** `mantissa`, rounded up from the middle, down to the even digit before. */
  function toEven(mantissa) {
    const last = Number(mantissa.at(-1));
    return last % 2 ? mantissa.slice(0, -1) + (last - 1) : mantissa;
  }

  /** Mantissa and power of ten. */
  function scientific(value, places) {
    const [mantissa, power] = value.toExponential(places).split("e");
    if (places + 1 < MOST) {
      const [longer, same] = value.toExponential(places + 1).split("e");
      const exact = () => value.toExponential(MOST).split("e")[0];
      if (longer.endsWith("5") && same === power && fromTheMiddle(longer, exact())) {
        return [toEven(mantissa), Number(power)];
      }
    }
    return [mantissa, Number(power)];
  }

  function fixed(value, decimals) {
    if (Math.abs(value) >= 1e21) { // a whole number, which toFixed does not write out
      return BigInt(value) + (decimals ? "." + "0".repeat(decimals) : "");
    }
    const places = Math.min(decimals, MOST);
    let text = value.toFixed(places);
    if (places < MOST) {
      const longer = value.toFixed(places + 1);
      if (longer.endsWith("5") && fromTheMiddle(longer, value.toFixed(MOST))) text = toEven(text);
    }
    text += "0".repeat(decimals - places);
    return /^-[0.]*$/.test(text) ? text.slice(1) : text;
  }

  /** 1.23000 and -5 as 0.0000123; very large and very small numbers stay scientific. */
  function placed([mantissa, power]) {
    const sign = mantissa.startsWith("-") ? "-" : "";
    const digits = mantissa.replace(/[-.]/g, "").replace(/0+$/, "");
    if (!digits) return "0";
    if (power < SMALLEST || power >= LARGEST) {
      const rest = digits.slice(1);
      return `${sign}${digits[0]}${rest && "."}${rest}e${power}`;
    }
    if (power < 0) return `${sign}0.${"0".repeat(-power - 1)}${digits}`;
    const whole = digits.slice(0, power + 1).padEnd(power + 1, "0");
    const rest = digits.slice(power + 1);
    return sign + whole + (rest && `.${rest}`);
  }

  return { written };
})();
