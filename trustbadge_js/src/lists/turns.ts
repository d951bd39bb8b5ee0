/** Many elements are drawn in turns, so that the page answers its visitor in between. */

import { nextTask } from "../engine/tasks";

/** How long one task may draw, in ms; a phone takes four times as long for the same. */
const SLICE_MS = 8;

let queue = Promise.resolve();
let end = 0;

const wait = async (before: Promise<void>): Promise<void> => {
  await before;
  if (performance.now() < end) return;
  await nextTask();
  end = performance.now() + SLICE_MS;
};

/** Resolves when the caller may draw, which it does at once. */
export const turn = (): Promise<void> => (queue = wait(queue));
