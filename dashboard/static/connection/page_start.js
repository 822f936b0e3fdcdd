/** Stands at the beginning of every page: which session it is of. */

import { receiveSession } from "./connection.js";

/** Called by Streamlit at first, and again whenever the data changes. */
export default function ({ data, setTriggerValue }) {
  receiveSession(data, (request) => setTriggerValue("request", request));
}
