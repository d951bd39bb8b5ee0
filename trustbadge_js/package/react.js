/** The elements as components of React: attributes in camel case, events as handlers. */
import { createElement, useEffect, useRef } from "react";

const EVENT = /^onTrust[A-Z]/;
const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const component = (name) => ({ children, ...props }) => {
  const element = useRef(null);
  const entries = Object.entries(props).filter(([, value]) => value != null && value !== false);
  const handlers = entries.filter(([prop]) => EVENT.test(prop));
  const attributes = entries.filter(([prop]) => !EVENT.test(prop));
  useEffect(() => {
    const ended = new AbortController();
    for (const [prop, handler] of handlers)
      element.current.addEventListener(kebab(prop).slice("on-".length), handler, {
        signal: ended.signal,
      });
    return () => ended.abort();
  });
  const given = attributes.map(([prop, value]) => [kebab(prop), value === true ? "" : value]);
  return createElement(name, { ...Object.fromEntries(given), ref: element }, children);
};

export const TrustBadge = component("trust-badge");
export const TrustStars = component("trust-stars");
export const TrustReviews = component("trust-reviews");
