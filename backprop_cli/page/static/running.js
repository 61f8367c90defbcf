"use strict";
// Goes through the program of a page (page/program.py): update after update, with a model's numbers.

/**
 * A model is what the program is run on: `state`, the numbers that all samples share, in the order
 * of program.update.state; `updates` made so far; `samples`, for each its inputs and targets.
 *
 * An address is {epoch, batch, sample}, counted from 1, with 0 where a quantity belongs to none.
 */
const backpropRunning = ((arithmetic) => {
  /** Something that goes through epochs of a model. `source` is the emitted function. */
  function runner(source, data) {
    const functions = source(arithmetic);
    const constants = Float64Array.from(data.constants);
    const { update, closing } = data;

    /** Arrays for the samples of a batch, with what they are given. */
    function opened(model, numbers) {
      const outer = new Float64Array(update.outer);
      const samples = numbers.map((number) => {
        const inner = data.reduces ? new Float64Array(update.inner) : outer;
        inner.set(model.samples[number], data.reduces ? 0 : update.count + 1);
        return inner;
      });
      renew(model, outer);
      return { outer, samples };
    }

    function renew(model, outer) {
      outer.set(model.state, 0);
      outer[update.count] = model.updates + 1;
    }

    /** Take the numbers that an update has made. */
    function carry(model, outer) {
      for (const [from, to] of update.renewals) model.state[to] = outer[from];
      model.updates += 1;
    }

    function phase(list, outer, samples, each) {
      for (const step of list) {
        if (each) for (const inner of samples) step(constants, outer, inner);
        else step(constants, outer, samples);
      }
    }

    /** The numbers of the samples of each update of an epoch. */
    function batches(model) {
      const numbers = model.samples.map((_, number) => number), found = [];
      const size = data.batchSize;
      for (let at = 0; at < numbers.length; at += size) found.push(numbers.slice(at, at + size));
      return found;
    }

    /** The error that an epoch sees, summed over the samples; the model learns. */
    function epoch(model, places) {
      let seen = -0;
      for (const { outer, samples } of places) {
        renew(model, outer);
        for (let n = 0; n + 1 < update.phases.length; n++) {
          phase(functions.update[n], outer, samples, update.phases[n].each);
        }
        for (const inner of samples) seen += inner[update.error];
        carry(model, outer);
      }
      return seen;
    }

    return {
      /** A function that lets a model learn for one epoch, and returns the error that it saw. */
      learner(model) {
        const places = batches(model).map((numbers) => opened(model, numbers));
        return () => epoch(model, places);
      },

      /** Every quantity of an epoch with its count of updates: `note(address, key, value)`. */
      trace(model, number, note) {
        const several = batches(model);
        const seen = [];
        several.forEach((numbers, position) => {
          const batch = data.reduces && several.length > 1 ? position + 1 : 0;
          const { outer, samples } = opened(model, numbers);
          const of = data.reduces ? 0 : numbers[0] + 1;
          note({ epoch: number, batch, sample: of }, update.countKey, model.updates + 1);
          update.phases.forEach((part, n) => {
            phase(functions.update[n], outer, samples, part.each);
            tell(part, outer, samples, note, (index) => ({
              epoch: number, batch, sample: part.each ? numbers[index] + 1 : 0,
            }));
          });
          samples.forEach((inner, index) => { seen[numbers[index]] = inner; });
          carry(model, outer);
        });
        close(model, number, seen, note);
      },
    };

    /** Tell of every quantity of a phase. */
    function tell(part, outer, samples, note, address) {
      (part.each ? samples : [outer]).forEach((values, index) => {
        part.keys.forEach((key, n) => note(address(index), key, values[part.first + n]));
      });
    }

    /** The end of an epoch: its error, with the last numbers too. */
    function close(model, number, seen, note) {
      const shared = new Float64Array(closing.outer);
      const samples = seen.map((before, index) => {
        const inner = seen.length > 1 ? new Float64Array(closing.inner) : shared;
        inner.set(model.samples[index], seen.length > 1 ? 0 : closing.sampleAt);
        for (const [from, to] of closing.fromSample) inner[to] = before[from];
        return inner;
      });
      for (const [from, to] of closing.fromState) shared[to] = model.state[from];
      closing.phases.forEach((part, n) => {
        phase(functions.closing[n], shared, samples, part.each);
        tell(part, shared, samples, note, (index) => ({
          epoch: number, batch: 0, sample: part.each ? index + 1 : 0,
        }));
      });
    }
  }

  /** The key of a quantity on the page, with epoch, batch and sample where there are several. */
  function qualified(address, key, { epochs, samples }) {
    const { epoch, batch, sample } = address;
    return (epochs ? `epoch${epoch}.` : "")
      + (batch && !sample ? `batch${batch}.` : "")
      + (sample && samples > 1 ? `sample${sample}.` : "")
      + key;
  }

  return { runner, qualified };
})(backpropArithmetic);
