/** Stands at the beginning of every page: which session it is of. */

import { hear } from "./line.js";

/** Called by Streamlit at first, and again whenever the data changes. */
export default function ({ data, setTriggerValue }) {
  hear(data, (request) => setTriggerValue("request", request));
}
