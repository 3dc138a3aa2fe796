export { addDecisions } from './add-decisions.ts';
export { Desk } from './desk.ts';
export { DeskServer } from './server.ts';
