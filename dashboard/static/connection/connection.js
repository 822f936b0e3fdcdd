/**
 * The line to the server, and what there is to do once it was cut.
 *
 * Streamlit connects again by itself, but not always to the same session: after a while, or after a
 * restart, the server knows nothing of this page any more. It then ignores what a fragment sends,
 * calls nothing for what is pressed first, and does not run the page until something is pressed. So
 * a browser that was cut off asks at once for a run and hands over what it keeps of its session;
 * when the server has taken that, whatever may have been lost on the way is sent again.
 */

import { holdPresses, letGo } from "./held_presses.js";

const REPEAT = 8000; // ms until a request for the session is taken for lost itself
const unacknowledged = new Map(); // by name: what sends a message that the server may not have got
const reconnectListeners = new Set(); // whom to call when the line is whole again
let app = null; // Streamlit's own element, which says how the line and the script are
let session = null; // the one that this page belongs to
let kept = null; // what the server wants to be told of it
let requestRun = null; // asks for a run
let pending = null; // the number of the request under way
let wasDisconnected = false;
let timer;

const isConnected = () => !app || app.dataset.testConnectionState === "CONNECTED";
const isResting = () => !app || app.dataset.testScriptState === "notRunning";

/** The message goes out now, or as soon as it can; again if the line is cut before it is heard. */
export function sendReliably(name, send) {
  unacknowledged.set(name, send);
  if (isConnected() && !wasDisconnected) send();
}

/** Calls `action` when the line was cut and is whole again; returns what ends that. */
export function onReconnect(action) {
  reconnectListeners.add(action);
  return () => reconnectListeners.delete(action);
}

/** Whether data are of the session that this page belongs to, or of the one that goes on with it. */
export function isOfThisPage({ session: its, resumed }) {
  return session === null || its === session || resumed === session;
}

/** What is kept of the session, should it be lost. */
export function keepState(data) {
  if (isOfThisPage(data)) kept = data.kept; // perhaps before the page has heard of its session
}

/** The server's word on the session, at the beginning of every run. */
export function receiveSession(data, request) {
  requestRun = request;
  watch();
  if (!isOfThisPage(data)) {
    wasDisconnected = true; // the page has run in a new session before it was asked
    holdPresses();
    if (pending === null) ask();
    return;
  }
  session = data.session;
  if (wasDisconnected && pending !== null && data.acknowledged === pending) back();
}

function watch() {
  if (app) return;
  app = document.querySelector("[data-testid=stApp]");
  if (!app) return;
  const attributeFilter = ["data-test-connection-state", "data-test-script-state"];
  new MutationObserver(look).observe(app, { attributeFilter });
}

function look() {
  if (!isConnected()) {
    wasDisconnected ||= session !== null;
    if (wasDisconnected) holdPresses();
    pending = null;
    clearTimeout(timer);
  } else if (wasDisconnected) {
    holdPresses(); // those that a long cut has let go, too
    if (pending === null) ask();
  } else if (isResting()) unacknowledged.clear(); // what was sent has been looked at
}

function ask() {
  clearTimeout(timer);
  if (!isConnected() || !requestRun) return;
  pending = Date.now();
  requestRun({ number: pending, session, kept });
  timer = setTimeout(askAgain, REPEAT);
}

/** Not while a run is under way, which asking would end: a server that has just started is slow. */
function askAgain() {
  if (isResting()) ask();
  else timer = setTimeout(askAgain, REPEAT);
}

function back() {
  clearTimeout(timer);
  if (!isResting()) {
    timer = setTimeout(back, 50); // what is sent into a run may end it
    return;
  }
  wasDisconnected = false;
  pending = null;
  letGo();
  for (const action of reconnectListeners) action();
  for (const send of unacknowledged.values()) send();
}
