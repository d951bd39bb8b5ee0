/** The elements as components of React: attributes in camel case, events as handlers. */

import type { ReactElement, ReactNode } from "react";
import type { TrustProps } from "./components.js";

type Component<Props> = (props: Props & { children?: ReactNode }) => ReactElement;

export declare const TrustBadge: Component<TrustProps<"trust-badge">>;
export declare const TrustStars: Component<TrustProps<"trust-stars">>;
export declare const TrustReviews: Component<TrustProps<"trust-reviews">>;
