"""The HTTP boundary that pages and JSON share: who enters, security headers, status codes, assets."""
