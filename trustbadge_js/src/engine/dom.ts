/** Elements and style sheets, made so that a strict content security policy has no objection. */

type Attributes = Record<string, string | number | false | null | undefined>;
type Child = Node | string | false | null | undefined;

const maker =
  <T extends Element>(namespace: string) =>
  (name: string, attributes: Attributes = {}, ...children: Child[]): T => {
    const element = document.createElementNS(namespace, name) as T;
    for (const [key, value] of Object.entries(attributes))
      if ((value ?? false) !== false) element.setAttribute(key, value as string);
    element.append(...(children.filter(Boolean) as (Node | string)[]));
    return element;
  };

/** An element of HTML; attributes and children that are absent or false are left out. */
export const html = maker<HTMLElement>("http://www.w3.org/1999/xhtml");

export const svg = maker<SVGElement>("http://www.w3.org/2000/svg");

/** Puts a style sheet on a tree; browsers that cannot take one get a tag with the nonce. */
export const dress = (root: ShadowRoot | Document, css: string, nonce: string): void => {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    // Set anew, not pushed: what stands in for a shadow tree hears of it by that.
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  } catch {
    ((root as Document).head ?? root).append(html("style", { nonce }, css));
  }
};

/** Tells the page what happened; false when the page objects. */
export const announce = (on: Element, name: string, detail?: unknown): boolean =>
  on.dispatchEvent(
    new CustomEvent(name, { bubbles: true, composed: true, cancelable: true, detail }),
  );
