/** Time travel on a developer's machine: the clock of a server can be set ahead, to see what expires. */
export interface TimeTraveller {
  /** Milliseconds that the clock is ahead of real time. */
  ahead(): number;
  /** Sets it so many seconds further ahead, for all processes of the server. Throws `input_invalid` past a hundred years. */
  advance(seconds: number): void;
  /** Back to real time, for all of them. What was made meanwhile is dated in the future from then on. */
  comeBack(): void;
}
