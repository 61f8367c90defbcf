"use strict";
// Many epochs, in a worker that is made of the page's own scripts: epochs in, errors out.

const backpropTraining = ((running) => {
  const SPAN = 30; // milliseconds between two reports

  /** Whether every number of a model is finite. */
  const finite = (model) => model.state.every(Number.isFinite);

  /**
   * Train a model for so many epochs, and tell how it goes: `tell` gets {done, points, state,
   * updates} span after span, at the end with `ended`: "done" or "diverged". `points` are pairs of
   * an epoch and the error that it saw, every `stride` epochs, of the first and the last.
   *
   * What `next` is called with is to be called later, so that others have their turn.
   */
  function train(source, { program, model, epochs }, tell, next, now = () => performance.now()) {
    const learn = running.runner(source, program).learner(model);
    const stride = Math.max(1, Math.floor(epochs / 500));
    let done = 0;

    /** Some epochs; their points, or null where a number is not finite any more. */
    function some(until, most) {
      const points = [];
      while (done < most && now() < until) {
        const error = learn();
        done += 1;
        if (!Number.isFinite(error)) return null;
        if (done === 1 || done % stride === 0 || done === epochs) points.push([done, error]);
      }
      return finite(model) ? points : null;
    }

    function span() {
      const before = { state: model.state.slice(), updates: model.updates, done };
      let points = some(now() + SPAN, epochs);
      let ended = done === epochs ? "done" : "";
      if (!points) { // once more from before, up to the last epoch that is finite
        const broken = done;
        const goBack = () => {
          model.state.set(before.state);
          ({ updates: model.updates, done } = before);
        };
        goBack();
        let fine = before.done;
        while (done < broken && some(Infinity, done + 1)) fine = done;
        goBack();
        points = some(Infinity, fine);
        ended = "diverged";
      }
      tell({ done, points, state: model.state.slice(), updates: model.updates, ended });
      if (!ended) next(span);
    }

    span();
  }

  /** A worker that trains what is posted to it, and posts what `train` tells. */
  function worker() {
    const wanted = ["program", "arithmetic.js", "running.js", "training.js"];
    const script = (name) => document.querySelector(`script[data-name="${name}"]`);
    const sources = wanted.map((name) => script(name).textContent);
    const url = URL.createObjectURL(new Blob(sources, { type: "text/javascript" }));
    const found = new Worker(url);
    found.addEventListener("message", () => URL.revokeObjectURL(url), { once: true });
    return found;
  }

  return { train, worker };
})(backpropRunning);

if (typeof WorkerGlobalScope !== "undefined") {
  self.onmessage = ({ data }) => {
    backpropTraining.train(backpropProgram, data, postMessage.bind(self), (go) => setTimeout(go));
  };
}
