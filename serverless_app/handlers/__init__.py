"""What API Gateway, S3, the streams and the schedules call: events in, answers out."""
