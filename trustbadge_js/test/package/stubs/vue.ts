/** As much of Vue's own types and behaviour as the package relies on. */

export interface VNode {
  type: unknown;
  props: unknown;
  children: unknown;
}

interface Context {
  attrs: Record<string, unknown>;
  slots: Record<string, (() => unknown) | undefined>;
}

export type FunctionalComponent<Props> = (props: Props, context: Context) => VNode;

export const h = <Props>(
  type: FunctionalComponent<Props> | string,
  props: Props,
  children?: unknown,
): VNode => ({ type, props, children });

export const createApp = (_root: () => VNode) => ({ mount: (_selector: string): void => {} });
