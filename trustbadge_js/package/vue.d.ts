/** The elements as components of Vue; attributes and listeners (@trust-data) go straight to them. */

import type { FunctionalComponent } from "vue";
import type { TrustProps } from "./components.js";

export declare const TrustBadge: FunctionalComponent<TrustProps<"trust-badge">>;
export declare const TrustStars: FunctionalComponent<TrustProps<"trust-stars">>;
export declare const TrustReviews: FunctionalComponent<TrustProps<"trust-reviews">>;
