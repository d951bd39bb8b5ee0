/** A use of the package that has to type-check, and what must not. */
import { load } from "trustwright-elements";
import type {} from "trustwright-elements/jsx";
import { TrustBadge, TrustReviews, TrustStars } from "trustwright-elements/react";

load({ host: "https://trust.example.com", shop: "X", nonce: "n" });
// @ts-expect-error A shop is needed.
load({ host: "https://trust.example.com" });

export const elements = (
  <section>
    <trust-badge variant="card" mobile-position="inline" fade />
    <trust-stars sku="1,2" link-to="#list" lang="pl" className="stars" />
    <trust-reviews layout="carousel" limit={5}>
      Reviews
    </trust-reviews>
    {/* @ts-expect-error There is no such layout. */}
    <trust-reviews layout="grid" />
  </section>
);

export const components = (
  <section>
    <TrustBadge position="left" onTrustOpen={(event) => event.preventDefault()} />
    <TrustStars gtin="4006381333931" hideEmpty onTrustData={({ detail }) => detail.count + 1} />
    <TrustReviews layout="quotes" minHeight={300} colorScheme="dark" />
    {/* @ts-expect-error There is no such layout. */}
    <TrustReviews layout="grid" />
  </section>
);

const badge = document.querySelector("trust-badge");
badge?.open();
badge?.addEventListener("trust-data", ({ detail }) => detail.value?.toFixed(2));
// @ts-expect-error Only a badge opens.
document.querySelector("trust-stars")?.open();
