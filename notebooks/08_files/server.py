"""The classical way of lesson 08: a server that takes files and puts them into the bucket.

On EC2 it would be this program, on machines that you choose, patch and pay for by the hour.
"""

import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver(BaseHTTPRequestHandler):
    """POST a file; its bytes pass through this process on their way to S3."""

    def do_POST(self):
        """Read all of it, store it, answer 201."""
        data = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.s3.put_object(
            Bucket=self.server.bucket, Key=f"images/{uuid.uuid4()}", Body=data
        )
        self.server.bytes_carried += len(data)
        self.send_response(201)
        self.end_headers()

    def log_message(self, *_):
        """Stay silent."""


def serve(s3, bucket):
    """Serve in a thread, on a free port, until `.shutdown()`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.s3, server.bucket, server.bytes_carried = s3, bucket, 0
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
