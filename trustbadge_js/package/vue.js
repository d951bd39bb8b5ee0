/** The elements as components of Vue; attributes and listeners (@trust-data) go straight to them. */
import { h } from "vue";

const component = (name) => (_props, { attrs, slots }) => h(name, attrs, slots.default?.());

export const TrustBadge = component("trust-badge");
export const TrustStars = component("trust-stars");
export const TrustReviews = component("trust-reviews");
