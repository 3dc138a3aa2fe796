/** The page is written anew while parts run. */
const AGAIN = 3_000;
if (document.getElementById('running')) setTimeout(() => location.reload(), AGAIN);
