/** Stands at the end of every page: what to keep of its session. */

import { keep } from "./line.js";

/** Called by Streamlit at first, and again whenever the data changes. */
export default function ({ data }) {
  keep(data);
}
