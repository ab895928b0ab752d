/**
 * The form of generated modules: what they call of the runtime, and how. A module of another form is compiled again.
 */
export const MODULE_FORMAT = 3;
