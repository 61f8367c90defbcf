"use strict";
// The numbers that a page computes from: as they are at the start, and what is worked out of them.

const backpropModel = (() => {
  /** What can be done with models (running.js says what these are) of a page with the data `told`. */
  function of(told, runner) {
    const { state: names, sample: sampleNames } = told.program.update;
    const several = { epochs: told.several, samples: told.samples.length };

    /** The model that the page begins with. */
    const begin = () => copy({ ...told, state: Float64Array.from(told.state) });

    const copy = ({ state, updates, samples }) => ({
      state: state.slice(), updates, samples: samples.map((sample) => [...sample]),
    });

    const equal = (some, others) => some.every((value, at) => Object.is(value, others[at]));

    const same = (one, other) => one.updates === other.updates && equal(one.state, other.state)
      && one.samples.every((sample, n) => equal(sample, other.samples[n]));

    /** Every number that the page may show, by its key. */
    function worked(from) {
      const found = new Map();
      names.forEach((key, at) => found.set(key, from.state[at]));
      from.samples.forEach((sample, n) => sample.forEach((value, at) => {
        found.set(keyOf(sampleNames[at], n), value);
      }));
      const learning = copy(from);
      for (let n = 0; n < told.epochs; n++) {
        runner.trace(learning, told.first + n, (address, key, value) => {
          found.set(backpropRunning.qualified(address, key, several), value);
        });
      }
      return found;
    }

    /** The key on the page of an input or a target of the sample at a place. */
    const keyOf = (key, at) => (several.samples > 1 ? `sample${at + 1}.` : "") + key;

    return { begin, copy, same, worked, keyOf };
  }

  return { of };
})();
