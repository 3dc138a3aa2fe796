/** What the reference says about keys that several verbs have. */
export const ON_KEY = 'The connection; may be left out while only one is open.';
export const ON_EACH_KEY = `${ON_KEY} A list: each of these connections.`;
export const PROGRAM_KEY = 'The program, by its name in `programs`.';
