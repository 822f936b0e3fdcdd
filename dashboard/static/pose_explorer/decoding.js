/** What the network in this browser draws of poses: the newest one's picture, and what it reads there. */

const REST = 120; // ms without a newer pose until its picture is read again

export class Decoding {
  /**
   * @param {object} network from `networkOf`
   * @param {{drawn: (ink: Float32Array) => void, own: (ink: Float32Array) => void,
   *   read: (lengths: Float32Array) => void, failed: (error: Error) => void}} tell
   */
  constructor(network, tell) {
    Object.assign(this, { network, tell });
    this.wanted = null; // a pose that came while another was drawn
    this.isDrawing = false;
    this.turn = 0; // what is under way for an earlier one is void
  }

  /** Draw a pose, or a newer one that comes meanwhile. */
  async want(capsule, vector) {
    this.wanted = { capsule, vector };
    clearTimeout(this.resting);
    if (this.isDrawing) return;
    this.isDrawing = true;
    while (this.wanted) await this.#draw();
    this.isDrawing = false;
  }

  /** Draw what a capsule says of the digit itself. */
  wantOwn(capsule, vector) {
    return this.#ask("decode", { capsule, vector }, ({ picture }) => this.tell.own(picture));
  }

  /** The pictures on the way between two poses, as in the worker's `film`. */
  async film(wish) {
    return (await this.network.ask("film", wish)).pictures;
  }

  /** Something else is shown: what is under way is void. */
  drop() {
    this.turn++;
    this.wanted = null;
    clearTimeout(this.resting);
  }

  async #draw() {
    const pose = this.wanted;
    this.wanted = null;
    await this.#ask("decode", pose, ({ picture }) => {
      this.tell.drawn(picture);
      clearTimeout(this.resting);
      this.resting = setTimeout(() => this.#read(picture), REST);
    });
  }

  #read(image) {
    return this.#ask("lengths", { image }, ({ lengths }) => this.tell.read(lengths));
  }

  async #ask(action, task, take) {
    const { turn } = this;
    try {
      const found = await this.network.ask(action, task);
      if (turn === this.turn) take(found);
    } catch (error) {
      if (turn !== this.turn) return;
      this.drop();
      this.tell.failed(error);
    }
  }
}
