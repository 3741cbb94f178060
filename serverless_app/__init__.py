"""Udagram: an image-sharing application on serverless AWS, and the laptop cloud that runs it."""
