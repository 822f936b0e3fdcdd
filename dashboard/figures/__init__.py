"""Pure functions: arrays or a CapsNetTrace in, a Plotly figure (or what a component draws) out."""
