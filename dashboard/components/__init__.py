"""Browser components: what Streamlit has no widget for.

A component has two halves. The browser's half is a folder under `dashboard/static/`: one ES
module whose default export Streamlit calls, what that module imports, and its HTML and CSS. The
files are served as they are. The Python half is one file here: a call of `browser_half.mounted`,
and a function that says in its arguments what the component shows.

To make a new component `gauge`:

1. `dashboard/static/gauge/gauge.js`, which ends with

        export default function ({ parentElement, data, setStateValue }) { ... }

   It is called at first and again whenever the data changes. What it imports has a relative path
   that ends with `.js`; what several components need is in `dashboard/static/` itself (`dom.js`,
   `ink.js`, `component_instances.js`, `number_format.js`). Foreign libraries are in
   `dashboard/static/vendor/`, one folder each with the version in its name and the licence inside.

2. `dashboard/components/gauge.py`:

        _component = mounted("capsnet_gauge", "gauge/gauge.js", html="<div class='gauge'></div>")

        def gauge(key: str, value: float) -> None:
            ...
            _component(key=key, data={"value": value})

`tests/e2e/alone.py` runs a module on an empty page without a server.
"""
