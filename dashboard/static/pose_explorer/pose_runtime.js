/** Who draws the poses: the network in this browser, or the server where that cannot be. */

import { inShort } from "../draw_pad/verdict.js";
import { networkOf } from "../network/network.js";
import { Decoding } from "./decoding.js";
import { Strips, stripFrame } from "./strips.js";

const ON_RELEASE = "The picture follows when you let go.";
const ON_ITS_WAY = "The network is on its way; until then the picture follows when you let go.";

export class PoseRuntime {
  constructor(explorer) {
    this.explorer = explorer;
    this.status = ""; // what is true all the time, in a sentence
  }

  /** Whether this browser draws. */
  get isReady() {
    return this.decoding !== undefined;
  }

  /** Draw a pose, what the capsule's own vector draws, and the strips: `strips` lists them. */
  want(capsule, vector, own, strips) {
    if (!this.isReady) return;
    this.decoding.want(capsule, vector);
    if (this.ownShown !== own) {
      this.ownShown = own;
      this.decoding.wantOwn(capsule, own);
    }
    this.strips.want(strips());
  }

  /** Another digit, network or link: what is under way is void. */
  drop() {
    this.decoding?.drop();
    this.ownShown = undefined;
  }

  /** What the server offers: the network's files, or why there are none. */
  take({ settings, trouble }) {
    if (settings && settings.id === this.networkId) return;
    const sentence = [trouble, ON_RELEASE].filter(Boolean).join(" ");
    if (!settings && this.status === sentence) return;
    this.leaveToServer(sentence);
    if (settings) this.#open(settings);
  }

  /** The server draws, or the page is left. */
  leaveToServer(sentence = "") {
    clearTimeout(this.waiting);
    this.decoding?.drop();
    this.strips?.stop();
    this.strips = this.decoding = this.networkId = this.ownShown = undefined;
    this.explorer.root.dataset.runtime = "server";
    this.#setStatus(sentence);
  }

  async #open(settings) {
    const { explorer } = this;
    this.networkId = settings.id;
    this.status = "";
    this.waiting = setTimeout(() => this.#setStatus(ON_ITS_WAY), 2000);
    const isCurrent = () => this.networkId === settings.id && !explorer.listeners.signal.aborted;
    const failed = (error) => isCurrent() && this.#fail(error);
    try {
      const network = await networkOf(settings);
      if (!isCurrent()) return;
      this.decoding = new Decoding(network, {
        drawn: (ink) => explorer.panel.paintInk(ink),
        own: (ink) => explorer.panel.paintOwn(ink),
        read: (lengths) => this.#showReading(lengths, settings.about),
        failed,
      });
      const frame = stripFrame(explorer.data.shape);
      this.strips = new Strips(this.decoding, frame, (name, pixels) =>
        (explorer.sliders[name] ?? explorer.morph.slider).paint(pixels),
      );
    } catch (error) {
      return failed(error);
    }
    clearTimeout(this.waiting);
    explorer.root.dataset.runtime = "browser";
    this.#setStatus("");
    explorer.poseChanged();
  }

  /** This browser cannot: the server draws, and all stays as it is. */
  #fail(error) {
    const { explorer } = this;
    this.leaveToServer(
      `This browser cannot run the network (${error.message}): the picture follows when you let go.`,
    );
    this.networkId = explorer.data.network.settings?.id; // it is not tried again on this page
    explorer.paintFromServer();
    explorer.panel.showReading();
  }

  /** What the network reads in the picture, after its own rounds. */
  #showReading(lengths, { rounds, classes, names }) {
    const last = lengths.subarray((rounds - 1) * classes, rounds * classes);
    this.explorer.reading = inShort(last, names);
    this.explorer.panel.showReading();
  }

  #setStatus(sentence) {
    this.status = sentence;
    this.explorer.say(sentence);
  }
}
