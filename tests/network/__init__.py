"""The network's layers, model and trace."""
