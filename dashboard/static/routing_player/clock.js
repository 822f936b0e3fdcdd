/** Time between the rounds: single steps, and playing. Everything stays in the browser. */

import { isCalm } from "../dom.js";

const STEP_MS = 450; // a picture's way from one round to the next
export const PLAY_MS = 1300; // from step to step while playing
const LOW = 0.7; // of the window's height: what begins below is hardly in sight
const SOON_MS = 300; // from the press of Play in round 1 to the first step

const ICONS = { play: "M7 4v16l13-8z", pause: "M6 4h4v16H6zM14 4h4v16h-4z" };

/**
 * @param {{s: object, root: HTMLElement}} page `s.round` is where it goes, `s.position` where it is
 * @param {(settled: boolean) => void} draw
 * @param {() => void} updateText say the new round at once, before the pictures get there
 */
export function startClock(page, draw, updateText) {
  const { s, root } = page;
  let frame = 0;
  let timer = 0;

  function jump(round) {
    cancelAnimationFrame(frame);
    s.round = s.position = round;
    draw(true);
  }

  function move(round) {
    cancelAnimationFrame(frame);
    if (isCalm()) return jump(round);
    const from = s.position;
    const start = performance.now();
    s.round = round;
    updateText();
    const step = (now) => {
      const share = Math.min(1, (now - start) / STEP_MS);
      s.position = share < 1 ? from + (round - from) * ease(share) : round;
      draw(share === 1);
      if (share < 1) frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
  }

  function pause() {
    clearInterval(timer);
    timer = 0;
    show();
  }

  /** A step; the last round is the end. */
  function advance() {
    if (s.round < s.rounds - 1) move(s.round + 1);
    if (s.round >= s.rounds - 1) pause();
  }

  /** What plays is to be seen: on a phone the controls fill the first screen. */
  function look() {
    const first = root.querySelector(".figures");
    if (first.getBoundingClientRect().top < LOW * innerHeight) return;
    first
      .closest("section")
      .scrollIntoView({ behavior: isCalm() ? "instant" : "smooth", block: "start" });
  }

  /** What was pressed answers soon; data that has just come is looked at first. */
  function play(firstMs) {
    look();
    if (s.round === s.rounds - 1) jump(0);
    const mine = (timer = setInterval(advance, PLAY_MS));
    show();
    if (s.round === 0) setTimeout(() => timer === mine && s.round === 0 && advance(), firstMs);
  }

  function show() {
    const button = root.querySelector("[data-testid=round-play]");
    button.setAttribute("aria-label", timer ? "Pause" : "Play");
    button.querySelector("path").setAttribute("d", timer ? ICONS.pause : ICONS.play);
  }

  const canPlay = () => s.rounds > 1 && !s.waits;

  return {
    jump(round) {
      pause();
      jump(round);
    },
    go(round) {
      if (s.waits) return;
      pause();
      if (round >= 0 && round < s.rounds && round !== s.round) move(round);
    },
    toggle: (firstMs = SOON_MS) => (timer ? pause() : canPlay() && play(firstMs)),
    stop: () => {
      pause();
      cancelAnimationFrame(frame);
    },
  };
}

function ease(share) {
  return share * share * (3 - 2 * share);
}
