/** Loads the elements from a Trustwright server; a second call for the same page does nothing. */
export const load = ({ host, shop, nonce }) => {
  const src = new URL("/v1/badge.js", host).href;
  if ([...document.scripts].some((script) => script.src === src)) return;
  const script = document.createElement("script");
  script.async = true;
  script.src = src;
  script.dataset.shop = shop;
  if (nonce) script.nonce = nonce;
  document.head.append(script);
};
