/** Nothing of ours throws into the shop's page: the first failure is told on the console. */

let isTold = false;

export const tell = (failure: unknown): void => {
  if (!isTold) console.debug("trustwright", failure);
  isTold = true;
};

/** A function that runs `work`, at once, and never throws, also when `work` is asynchronous. */
export const guarded =
  <A extends unknown[]>(work: (...given: A) => unknown) =>
  (...given: A): void => {
    (async () => work(...given))().catch(tell);
  };
