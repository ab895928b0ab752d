/** Told how far a long analysis has come: in which step, and how much of it is done. */
export type Progress = (step: string, done: number, total: number) => void;
