"""Browser components: what Streamlit has no widget for."""
