/** As much of React's own types and behaviour as the package relies on. */

export type ReactNode = ReactElement | string | number | boolean | null | undefined | ReactNode[];

export interface ReactElement {
  type: unknown;
  props: Record<string, unknown>;
}

export interface HTMLAttributes<T> {
  className?: string;
  lang?: string | undefined;
  onClick?: (event: { currentTarget: T }) => void;
  children?: ReactNode;
}

export type DetailedHTMLProps<Props extends HTMLAttributes<T>, T> = Props & {
  ref?: { current: T | null };
};

const effects: (() => void | (() => void))[] = [];
const refs: { current: unknown }[] = [];

export const useEffect = (effect: () => void | (() => void), _inputs?: unknown[]): void => {
  effects.push(effect);
};
export const useRef = <T>(current: T): { current: T } => {
  const ref = { current };
  refs.push(ref);
  return ref;
};
export const createElement = (
  type: unknown,
  given: object | null,
  ...children: ReactNode[]
): ReactElement => ({ type, props: { ...given, children } });
export const Fragment = "fragment";

/** What React does after it has put `element` into the page; returns what undoes it. */
export const mounted = (element: unknown): (() => void)[] => {
  for (const ref of refs.splice(0)) ref.current = element;
  return effects.splice(0).flatMap((effect) => effect() ?? []);
};

export namespace JSX {
  export type Element = ReactElement;
  export interface ElementChildrenAttribute {
    children: object;
  }
  export interface IntrinsicElements {
    section: HTMLAttributes<HTMLElement>;
  }
}
