"""The one HTTP and WebSocket server, and the messages that every room exchanges."""
