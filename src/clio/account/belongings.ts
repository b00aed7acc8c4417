/** What people have in this browser beside marks. Whoever puts the plugins together gives it: plugins do not know each other. */
export interface Belongings {
  /** What they are, in words: "saved searches". */
  readonly name: string;
  /** How many a user has here. */
  count(user: string): Promise<number>;
  /** How many of them the server does not have as they are here. */
  undelivered(user: string): Promise<number>;
  /** Brings to the server what it does not have, as far as it can be reached. */
  deliver(user: string): Promise<void>;
  /** Gives all of one user's to another. */
  adopt(from: string, to: string): Promise<void>;
  /** Takes all of a user's away from this computer. */
  forget(user: string): Promise<void>;
  /** Takes away what is good only as long as a person is signed in. */
  signedOut(): void;
}
