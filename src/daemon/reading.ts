import type { Session } from '../session/session.ts';

type Pausable = Pick<Session, 'pauseReading' | 'resumeReading'>;
/** Gives a promise while there is no room for more events. */
type Room = () => Promise<void> | undefined;

/** Whether the messages of one peer are read, or wait in TCP while those who are told of them have enough to read. */
export class Reading {
  readonly #session: Pausable;
  readonly #room: Room;
  #held = false;
  #waitsForRoom = false;

  constructor(session: Pausable, room: Room) {
    this.#session = session;
    this.#room = room;
  }

  /** Many peers may send at once: each looks whether there is room, else each would hand on a chunk first. */
  arrived(): void {
    this.#wait(this.#room());
    // a connection that came after the wait began
    if (this.#waitsForRoom || this.#held) this.#readOrNot();
  }

  /** @param room what telling of a message gave */
  told(room: Promise<void> | undefined): void {
    if (room === undefined || this.#waitsForRoom) return;
    // in line behind those who are about to see that there is no room for them: it had its turn
    this.#wait(Promise.resolve().then(() => room));
  }

  /** Nothing is read until it is released, whatever room there is. */
  hold(): void {
    if (this.#held) return;
    this.#held = true;
    this.#readOrNot();
  }

  release(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#readOrNot();
  }

  /** The next connection is read. */
  ended(): void {
    this.#held = false;
  }

  #wait(room: Promise<void> | undefined): void {
    if (room === undefined || this.#waitsForRoom) return;
    this.#waitsForRoom = true;
    this.#readOrNot();
    void room.then(() => {
      this.#waitsForRoom = false;
      // others waited, too, and one of them may have filled the room
      this.#wait(this.#room());
      if (!this.#waitsForRoom) this.#readOrNot();
    });
  }

  #readOrNot(): void {
    if (this.#held || this.#waitsForRoom) this.#session.pauseReading();
    else this.#session.resumeReading();
  }
}
