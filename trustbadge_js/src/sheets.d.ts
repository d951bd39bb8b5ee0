// What the build puts in: style sheets as strings, and the version of this release.
declare module "*.css" {
  const sheet: string;
  export default sheet;
}

declare const VERSION: string;
