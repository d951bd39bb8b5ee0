/** What every part needs to know of its tag, and the two ways to our host: data and chunks. */

export interface Engine {
  /** Scheme, host and port of the script, without a slash at the end. */
  readonly origin: string;
  /** The shop of the page; the first one wins (embed.md 3.7). */
  shop: string;
  readonly nonce: string;
}

/** The tag of the running script; a module or a combined file is found by its address. */
export const ownTag = (file: string): HTMLScriptElement | null => {
  const running = document.currentScript as HTMLScriptElement | null;
  return running?.src.includes(file) ? running : document.querySelector(`script[src*="${file}"]`);
};

export const engineOf = (tag: HTMLScriptElement): Engine => {
  const { origin, searchParams } = new URL(tag.src);
  return {
    origin,
    shop: (tag.dataset.shop || searchParams.get("shop") || "").trim(),
    nonce: tag.nonce,
  };
};

/** JSON about the shop; rejects when it does not arrive. Says nothing about the visitor. */
export const read = async <T>(engine: Engine, path: string): Promise<T> => {
  const answer = await fetch(`${engine.origin}/v1/shops/${engine.shop}/${path}`, {
    credentials: "omit",
    referrerPolicy: "no-referrer",
  });
  if (!answer.ok) throw Error(path);
  return answer.json();
};

/** A further part of this release; `import()` carries the nonce of the tag. */
export const chunk = <T>({ origin }: Engine, name: string): Promise<T> =>
  import(`${origin}/v1/assets/${VERSION}/${name}.js`);
