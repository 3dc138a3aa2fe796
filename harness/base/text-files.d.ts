/** Files that are imported as text: the build makes a module of each, and so does Jest. */
declare module '*.css' {
  const text: string;
  export default text;
}
declare module '*.html' {
  const text: string;
  export default text;
}
/** A script for a browser, which no module of ours runs. */
declare module '*.client.js' {
  const text: string;
  export default text;
}
