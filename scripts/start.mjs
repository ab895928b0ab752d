// npm start: sets up, then shows what CapFence does.
import { setUp } from './setup.mjs';

setUp();
await import('./session.mjs');
