// Checks a badge token in the browser, without any network; the form does it on the server where
// a browser has no Ed25519.
"use strict";

{
  const form = document.getElementById("verify");
  const { keys, skew, most, zone } = form.dataset;
  const known = JSON.parse(keys);
  const JWS = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/;

  const bytes = (text) => {
    const found = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    // The one way to write these bytes: decoders pass over stray bits.
    const again = btoa(found).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    if (again !== text) throw new TypeError("not exact");
    return Uint8Array.from(found, (sign) => sign.codePointAt(0));
  };
  const read = (text) => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes(text)));
  const sorted = (value) =>
    JSON.stringify(value, (_, each) =>
      each?.constructor === Object ? Object.fromEntries(Object.entries(each).sort()) : each,
    );

  // The two ways to paste one: the answer with the token to read, or the signed text alone.
  const parts = (text) => {
    if (text.length > Number(most)) return [];
    if (!text.startsWith("{")) return [text];
    try {
      const { jws, token } = JSON.parse(text);
      return [String(jws), token ?? null];
    } catch {
      return [];
    }
  };

  const holds = (token, key, now) => {
    const issued = Date.parse(token.issuedAt);
    if (key.exp && issued > key.exp * 1000) return "KEY_RETIRED";
    if (now < issued - Number(skew) * 1000) return "NOT_YET";
    // A date that cannot be read holds for nothing.
    if (!(now < Date.parse(token.expiresAt))) return "EXPIRED";
    return token.status === "VALID" ? "VALID" : "NO_MARK";
  };

  const check = async (text) => {
    const [jws, shown] = parts(text);
    const found = JWS.exec(jws ?? "");
    if (!found) return ["NO_TOKEN"];
    const [, head, payload, signature] = found;
    let header;
    let signed;
    try {
      header = read(head);
      signed = [bytes(signature), new TextEncoder().encode(`${head}.${payload}`)];
      bytes(payload);
    } catch {
      return ["FORGED"];
    }
    if (header.alg !== "EdDSA" || header.typ !== "trustwright.badge+json" || "crit" in header) return ["FORGED"];
    const key = known.find(({ kid }) => kid === header.kid);
    if (!key) return ["KEY_UNKNOWN"];
    const { kty, crv, x } = key;
    const trusted = await crypto.subtle.importKey("jwk", { kty, crv, x }, "Ed25519", false, ["verify"]);
    if (!(await crypto.subtle.verify("Ed25519", trusted, ...signed))) return ["FORGED"];
    const token = read(payload);
    if (token.version !== 1) return ["NO_TOKEN"];
    if (shown !== undefined && sorted(shown) !== sorted(token)) return ["ALTERED", token];
    return [holds(token, key, Date.now()), token];
  };

  const made = (name, text, kind) => {
    const element = document.createElement(name);
    element.textContent = text;
    if (kind) element.className = kind;
    return element;
  };
  const tell = (verdict, token) => {
    const text = document.querySelector(`#verdicts [data-verdict=${verdict}]`).textContent;
    const said = made("p", "", `message ${verdict === "VALID" ? "note" : "error"}`);
    said.append(made("strong", text));
    const facts = made("dl", "", "facts");
    const moment = (at) =>
      new Date(at).toLocaleString(document.documentElement.lang, { timeZone: zone, dateStyle: "long", timeStyle: "short" });
    const lines = token && {
      shop: token.shopName,
      domain: token.domain,
      number: token.number,
      issued: moment(token.issuedAt),
      expires: moment(token.expiresAt),
    };
    for (const [name, value] of Object.entries(lines ?? {})) {
      if (!value) continue;
      const line = made("div", "");
      line.append(made("dt", form.dataset[name]), made("dd", value));
      facts.append(line);
    }
    const outcome = document.getElementById("outcome");
    outcome.replaceChildren(said, facts, made("p", form.dataset.local, "quiet"));
    outcome.parentElement.hidden = false;
    outcome.parentElement.scrollIntoView({ block: "nearest" });
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    check(form.elements.token.value.trim())
      .then((found) => tell(...found))
      // A browser without Ed25519, or a page without TLS: the server checks it.
      .catch(() => form.submit());
  });
}
