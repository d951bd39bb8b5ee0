/** /integration/integration.js: the badge of pages that name an integration (embed.md 3.3). */

import { guarded } from "../engine/guard";
import { badgeFor, manifestOf } from "./manifests";
import { engineFor } from "./scripts";

const INLINE = /^(horizontal|card)$/;

const integrate = guarded(async (tag: HTMLScriptElement) => {
  const found = engineFor("/integration/integration.js");
  const id = tag.dataset.integrationId?.trim();
  if (!found || !id) return;
  const [engine] = found;
  const manifest = await manifestOf(engine, id);
  if (manifest.applicationType != "trust_badge") return;
  const variant = manifest.config.variant ?? "reviews";
  const isInline = INLINE.test(variant) && document.body.contains(tag);
  const look = isInline ? { variant, position: "inline" } : { variant };
  const badge = badgeFor(engine, manifest, look);
  // The page has a badge, by this or by another tag.
  if (document.getElementsByTagName(badge.localName).length) return;
  if (isInline) tag.after(badge);
  else document.body.append(badge);
});

// A module does not know its own tag.
guarded(() => {
  document.querySelectorAll<HTMLScriptElement>("script[data-integration-id]").forEach(integrate);
})();
