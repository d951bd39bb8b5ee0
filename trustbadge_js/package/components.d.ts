/** Attributes and events as the properties of components. */

import type { TrustElements, TrustEventMap } from "./index.js";

type Camel<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name;

/** `onTrustData` for the event `trust-data`. */
export type TrustHandlers = {
  [Name in keyof TrustEventMap as `on${Capitalize<Camel<Name>>}`]?: (
    event: TrustEventMap[Name],
  ) => void;
};

/** `linkTo` for the attribute `link-to`. */
export type TrustProps<Name extends keyof TrustElements> = {
  [Attribute in keyof TrustElements[Name] as Camel<Attribute & string>]: TrustElements[Name][Attribute];
} & TrustHandlers;
