// The parts without DOM or requests; tests of other folders get these for "../changes".

export * from "./change";
export * from "./classes";
export * from "./groups";
