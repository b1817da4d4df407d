"""The server beside the screens: signing in, the API, and what every answer and request must keep to."""
