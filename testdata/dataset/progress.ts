/** Told how far the work is: what is being done, and how many of how many steps of it. */
export type Progress = (stage: string, done: number, total: number) => void;
