/** Work is cut into short tasks, between which the page answers its visitor. */

/** Resolves in a task of its own. */
export const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
