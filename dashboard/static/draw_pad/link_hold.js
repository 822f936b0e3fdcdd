/** Keeps links from being followed until the drawing has arrived. */

const LONGEST = 3000; // ms for which a link waits at most

export class LinkHold {
  /** @param {() => boolean} isBusy whether the server has still to get or to answer a drawing */
  constructor(isBusy) {
    this.isBusy = isBusy;
    this.isFollowing = false;
  }

  /**
   * Hold a click on a link while the drawing is on its way: when the page changes, Streamlit drops
   * what it has not begun to look at.
   */
  hold(event) {
    const link = event.target.closest?.("a[href]");
    const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (!link || !isPlain || this.isFollowing || !this.isBusy()) return;
    event.preventDefault();
    event.stopPropagation();
    clearInterval(this.waiting); // the last link clicked is the one to follow
    const latest = performance.now() + LONGEST;
    this.waiting = setInterval(() => {
      if (this.isBusy() && performance.now() < latest) return;
      clearInterval(this.waiting);
      this.isFollowing = true;
      link.click();
      this.isFollowing = false;
    }, 20);
  }

  /** Follow no link any more: the page is another one already. */
  stop() {
    clearInterval(this.waiting);
  }
}
