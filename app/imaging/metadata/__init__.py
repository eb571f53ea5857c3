"""What a downloaded file tells about itself: written without touching a pixel, read without trusting a byte."""
