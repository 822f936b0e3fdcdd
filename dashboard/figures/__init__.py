"""Pure functions: arrays or a CapsNetTrace in, what a component draws out."""
