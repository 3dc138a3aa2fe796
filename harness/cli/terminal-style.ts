/** How wide standard output is, and whether it shows colours (https://no-color.org). */
export function terminalStyle(): { readonly width: number; readonly colour: boolean } {
  return { width: process.stdout.columns ?? 80, colour: showsColour(process.stdout) };
}

/** Whether a stream is a terminal that shows colours and nobody objects. */
export function showsColour(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
}
