/** Stands at the end of every page: what to keep of its session. */

import { keepState } from "./connection.js";

/** Called by Streamlit at first, and again whenever the data changes. */
export default function ({ data }) {
  keepState(data);
}
