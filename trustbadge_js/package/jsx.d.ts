/** The elements in JSX of React: `import type {} from "trustwright-elements/jsx"`. */

import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { TrustElements } from "./index.js";

type Props<Name extends keyof TrustElements> = TrustElements[Name] &
  Omit<DetailedHTMLProps<HTMLAttributes<HTMLElement>, HTMLElement>, keyof TrustElements[Name]>;

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "trust-badge": Props<"trust-badge">;
      "trust-stars": Props<"trust-stars">;
      "trust-reviews": Props<"trust-reviews">;
    }
  }
}
