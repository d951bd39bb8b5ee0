/** Many questions of one task become few requests, and nothing is asked twice. */

/** As many as our host answers at once, and an address that every proxy lets through. */
const MOST = 100;
const LONGEST = 6000;

type Found<T> = Map<string, T>;

export interface Batches<T> {
  /** What is found under `key`; rejects when it does not arrive. */
  find(key: string): Promise<T>;
  forget(key: string): void;
}

/** `ask` gets the keys of one request, at most 100 and 6,000 characters in all, and finds each. */
export const batched = <T>(ask: (keys: string[]) => Promise<Found<T>>): Batches<T> => {
  const asked = new Map<string, Promise<T>>();
  let open: { keys: string[]; length: number; answer: Promise<Found<T>> } | undefined;

  const newBatch = () => {
    const keys: string[] = [];
    const answer = new Promise<Found<T>>((resolve) =>
      setTimeout(() => {
        open = undefined;
        resolve(ask(keys));
      }),
    );
    return { keys, length: 0, answer };
  };
  const join = (key: string): Promise<Found<T>> => {
    if (open && (open.keys.length == MOST || open.length + key.length > LONGEST)) open = undefined;
    open ??= newBatch();
    open.keys.push(key);
    open.length += key.length + 1;
    return open.answer;
  };
  const find = (key: string): Promise<T> => {
    const known = asked.get(key);
    if (known) return known;
    const answer = join(key).then((found) => found.get(key)!);
    asked.set(key, answer);
    answer.catch(() => asked.delete(key));
    return answer;
  };
  return { find, forget: (key) => asked.delete(key) };
};
