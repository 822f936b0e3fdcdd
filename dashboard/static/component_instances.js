/**
 * What stands in a component's place for as long as the place is there, whatever the data.
 *
 * Streamlit calls a component again with each change of its data, and calls the cleanup that it
 * returned once the place goes; but also (1.67) when the next data came before that call had
 * returned, as with two answers in one frame. Obeyed then, it would take from under the visitor's
 * hand what is still in use.
 */
export class ComponentInstances {
  #made = new WeakMap();

  /**
   * @param {(place: HTMLElement) => object} make
   * @param {(made: object) => void} end  stops what was made
   */
  constructor(make, end) {
    this.make = make;
    this.end = end;
  }

  /** What stands in this place; made when it is first asked for. */
  in(place) {
    if (!this.#made.has(place)) this.#made.set(place, this.make(place));
    return this.#made.get(place);
  }

  /** The cleanup to return to Streamlit. */
  cleanup(place) {
    return () => {
      if (place.isConnected || !this.#made.has(place)) return;
      this.end(this.#made.get(place));
      this.#made.delete(place);
    };
  }
}
